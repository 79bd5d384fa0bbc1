"""The embedded engine: vLLM's CPU build in its own environment, the model that ships with it, and how it is started."""
