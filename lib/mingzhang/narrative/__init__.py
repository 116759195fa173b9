"""Narrative: the running text becomes the figures that it states."""
