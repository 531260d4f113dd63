"""Value functions: one file = one curve from raw values to utility 0…1; unknown stays unknown."""
