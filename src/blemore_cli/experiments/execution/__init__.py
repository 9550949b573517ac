"""Arms, units of work, their schedule, and their results."""
