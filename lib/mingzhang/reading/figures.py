"""Figures: what the geometry of a page takes for a figure, a code or a part of one."""

from __future__ import annotations

import re

FIGURE = re.compile(r"-?\d[\d,]*\.\d{2}|-?\d{1,3}(?:,\d{3})+")
DIGITS = re.compile(r"-?[\d,.]+%?")
CODE = re.compile(r"\d{3}|\d{5}|\d{7}")
WHOLE = re.compile(rf"{FIGURE.pattern}|{CODE.pattern}|\d{{1,2}}")
