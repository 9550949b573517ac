"""Files with several named arrays, and where the features of clips are among these."""
