"""The only code that talks to vLLM: Outlines types, prompts, scoring, drafting, confidence."""
