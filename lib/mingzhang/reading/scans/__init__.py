"""Scans: a page that is a picture becomes a page with characters and rules, as if it had been printed; nothing is loaded before one comes."""
