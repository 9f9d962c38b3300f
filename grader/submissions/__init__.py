"""What people hand in, turned into a `Submission`: which file belongs to which exercise, read once and with care."""
