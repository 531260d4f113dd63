"""Commands: Project → Project, pure, one a file; menu entries, `landplan edit` and the API are made from them."""
