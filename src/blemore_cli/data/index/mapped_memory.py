"""Memory of mapped files."""

import mmap


def give_back(mapping: mmap.mmap) -> None:
    """Gives the memory of a file mapped for reading back to the system; what is used again is read again.

    What was read of a large file otherwise stays resident in the process, where no other needs the memory.
    """
    if hasattr(mmap, "MADV_DONTNEED"):  # other systems than Unix lack it
        mapping.madvise(mmap.MADV_DONTNEED)
