"""The parts of `python -m grader watch`. `state` decides what happens next; the other modules do it."""
