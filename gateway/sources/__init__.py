"""Where leads come from: one folder for each source, all of one shape."""
