"""Result tables for terminal, CSV, LaTeX and HTML."""
