"""Running: documents in any number, each read in its own process, joined into one dataset."""
