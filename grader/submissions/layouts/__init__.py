"""The layouts in which the submissions of a class arrive, one module for each."""
