"""Money: figures of a form in 万元, the unit of the cell, of its label or of the form applied; points and per cent as
printed."""

from __future__ import annotations

import re
from decimal import Decimal

from ..clean import compact, in_wan_yuan, parse_number, unwrap
from ..reading.extract import Cell
from ..reading.stitch import LogicalTable
from .model import MONEY, Figure

#: A sum of money in a cell, with its unit or without.
AMOUNT = re.compile(r"^(-?[\d,.]+)(亿元|万元|千元|元)?$")
_UNIT = re.compile(r"\((?:单位:|金额单位:)?(百万元|万元|千元|亿元|元)\)")


class Money:
    """Reads figures of one form: money in the unit that the cell, its label or the form states."""

    def __init__(self, unit: str) -> None:
        self.unit = unit or "万元"

    def figure(self, key: str, cell: Cell, text: str | None = None, label: str = "") -> Figure:
        """The figure of a cell; `key` or header says whether it is money."""
        raw = unwrap(cell.text if text is None else text)
        stated = _UNIT.search(compact(label))
        plain = (key not in MONEY
            and (bool(re.search(r"率|%|比例|占比", key)) or key in ("weight", "execution_rate", "score")))
        return Figure(raw, parse_number(raw) if plain else self.amount(raw, stated.group(1) if stated else ""),
            cell.row, cell.column, cell.page)

    def amount(self, text: str, unit: str = "") -> Decimal | None:
        """A sum of money in 万元: in its own unit, else that of its label, else that of the form."""
        found = AMOUNT.match(compact(text))
        value = parse_number(found.group(1)) if found else parse_number(text)
        return None if value is None else in_wan_yuan(value, (found and found.group(2)) or unit or self.unit)


def declared_unit(table: LogicalTable, header: int | None) -> str:
    """The unit of money that the fund block prints in its own cells ("项目资金（万元）"); "" if it prints none."""
    for cell in table.cells:
        found = _UNIT.search(compact(cell.text))
        if found and len(compact(cell.text)) < 20 and (header is None or cell.row < header):
            return found.group(1)
    return ""
