"""Reading: a PDF's pages become ruled tables with every cell and character in its place."""
