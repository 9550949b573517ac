"""Two Dask schedulers of their own process, one with two workers and one with none, until the process is ended."""

import sys
import time
from pathlib import Path

if __name__ == "__main__":
    from distributed import LocalCluster

    sizes = [2, 0]
    clusters = [LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address=None) for n in sizes]
    Path(sys.argv[1]).write_text("\n".join(cluster.scheduler_address for cluster in clusters) + "\nready\n")
    time.sleep(600)
