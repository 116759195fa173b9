"""Bridges: Chinese classifications beside the international ones: functions to COFOG, economic classes to GFSM 2014
expense.

The bridges are ours (version below), not official: each line gives its reason and its doubts (vocabulary/cofog.csv,
gfsm.csv). A code without a line of its own takes that of the code above it.
"""

from __future__ import annotations

import pandas as pd

from .. import vocabulary

#: Changes whenever a line of a bridge does.
VERSION = "2026-11"
#: What a bridge is from, and the column that it gives.
BRIDGES = {"cofog": "functional", "gfsm": "economic"}


def bridge(name: str) -> pd.DataFrame:
    """A bridge ("cofog" or "gfsm") as a table: code, the international code, reason, doubt."""
    return pd.DataFrame(vocabulary.rows(name), dtype="str")


def bridged(fiscal: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of `fiscal` of a bridge's classification, with its code, reason and doubt; the code is "" where no line
    fits.
    """
    lines = {row["code"]: row for row in vocabulary.rows(name)}

    def line(code: str) -> dict[str, str]:
        found = next((lines[code[:length]] for length in (7, 5, 3) if code[:length] in lines), None)
        return {key: found[key] if found else "" for key in (name, "reason", "doubt")}

    rows = fiscal[fiscal["classification"] == BRIDGES[name]]
    return rows.join(
        pd.DataFrame([line(code) for code in rows["code"]], index=rows.index, columns=[name, "reason", "doubt"])
    )
