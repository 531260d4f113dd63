"""Jobs: files → files, one a file; sub-commands, menu entries and the API are made from them. Heavy imports wait inside."""
