"""What `leadkeep doctor` looks at: one module for each part, each with functions that return a `CheckResult`."""
