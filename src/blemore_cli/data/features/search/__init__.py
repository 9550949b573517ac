"""Parts of the search for encoders: words of splits, joined sources, names, and what is passed over."""
