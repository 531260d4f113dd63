"""What a user can do: commands (project → project), jobs (files → files), and the session that remembers."""
