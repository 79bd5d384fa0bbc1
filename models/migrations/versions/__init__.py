"""One migration does one thing."""
