"""Checking: what must hold in a document, whether it does, and which cell is wrong where it does not."""
