"""Tables with a row for each clip: dialects of text, columns of names, cells with lists, several rows a clip."""
