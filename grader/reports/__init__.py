"""Reports listen to events and turn results into text; they never decide anything."""
