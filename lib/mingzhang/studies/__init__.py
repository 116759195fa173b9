"""Studies: what the notebooks compute from the dataset."""
