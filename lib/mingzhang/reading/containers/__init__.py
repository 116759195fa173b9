"""Containers: workbooks, Word files and web pages become pages with tables, as the pages of a PDF do."""
