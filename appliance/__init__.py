"""The box: command line, embedded PostgreSQL and Valkey, vLLM launcher, supervisor, doctor."""
