"""Output: the dataset, its declared tables, and its files."""
