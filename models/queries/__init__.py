"""Named queries, one module for each noun; the only SQL in the product."""
