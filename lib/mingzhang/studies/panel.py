"""Panel: figures of published documents that are not redistributed, as `tools/panel.py` writes them, exact."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd

_MONEY = ("amount", "left", "right", "difference", "tolerance")


def read(folder: str | Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The panel's documents, agencies, fiscal (as the dataset's, without ids) and links: text, years as numbers, money
    as decimals.
    """
    documents, agencies, fiscal, links = (
        _frame(Path(folder) / f"{name}.csv") for name in ("documents", "agencies", "fiscal", "links")
    )
    return documents, agencies, fiscal, links


def _frame(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name in frame.columns.intersection(_MONEY):
        frame[name] = [Decimal(text) if text else None for text in frame[name]]
    return frame.assign(fiscal_year=frame["fiscal_year"].astype("Int64")) if "fiscal_year" in frame else frame
