"""Parallel execution of tasks in worker processes."""
