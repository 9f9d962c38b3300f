"""The command line: one module per command. Importing this room loads neither torch, pydantic, yaml nor rich."""
