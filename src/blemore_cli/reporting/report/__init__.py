"""The report of runs: figures, tables and clips on one page that needs nothing else."""
