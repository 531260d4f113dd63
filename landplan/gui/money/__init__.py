"""Parts of the panel on the money of options."""
