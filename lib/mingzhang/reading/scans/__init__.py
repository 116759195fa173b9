"""Scans: a page that is a picture becomes one with characters and rules; nothing is loaded before one comes."""
