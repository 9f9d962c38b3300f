"""Steps of an exercise file as the Python that a student writes: one line for a fix, a whole program for a `predict`."""
