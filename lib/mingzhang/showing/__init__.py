"""Showing: pages, charts, panels, references and the site."""
