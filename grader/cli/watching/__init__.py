"""`python -m grader watch` from within: what it does next is decided in `state`, everything else carries it out."""
