"""The command line: one module per command. `--help` loads neither torch, pydantic, yaml nor rich."""
