"""Figures: what the geometry of a page takes for a figure, a code or a part of one."""

from __future__ import annotations

import re

#: A sum of money, by its two decimals or its thousands.
FIGURE = re.compile(r"-?\d[\d,]*\.\d{2}|-?\d{1,3}(?:,\d{3})+")
#: Text that can stand in a column of figures.
DIGITS = re.compile(r"-?[\d,.]+%?")
#: A classification code (类, 款, 项).
CODE = re.compile(r"\d{3}|\d{5}|\d{7}")
#: A cell that is whole by itself: a figure, a code, or a part of one printed in a column of its own.
WHOLE = re.compile(rf"{FIGURE.pattern}|{CODE.pattern}|\d{{1,2}}")
