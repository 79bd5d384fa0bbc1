"""One module for each stage: read, compute, compare-and-set. Stages never import one another."""
