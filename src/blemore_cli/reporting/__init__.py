"""Results for readers: tables, the HTML report, figures for papers, submissions."""
