"""The HTTP edge: sources verify and parse, store, acknowledge, queue; health and metrics."""
