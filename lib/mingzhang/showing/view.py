"""View: the source of any row. The page on which it is printed, cropped, with the cell marked.

    mz.show(data.amounts.iloc[0], data)          a row of any resource, or its id
    mz.show("xx-2024-budget/t03/r12c5", data)
    mz.show(data.amounts.query("name == '合计'"), data)   several rows in one picture
    mz.show(doc.indicators.iloc[0], doc)         the same for a PDF of one's own: doc = mz.read(...)
    doc.tables[3].show()                         what the extractor saw of a table (module `seen`)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..dataset.load import Dataset, to_text
from ..disclosure import Disclosure
from ..table import Table
from .crops import panels_of
from .evidence import MOST, picture_of_finding
from .origin import NotInData, Origin, keys_of, row_of
from .picture import Picture
from .spots import Spot, caption_of, listed, place_of, spot_of


def show(x: Any, data: Dataset | Disclosure | str | Path | None = None, *, raw: str | Path | None = None) -> Picture:
    """A picture of where `x` is printed.

    `x`: a row (Series, mapping, named tuple, a Check or Suspect of an audit) of any resource, its id, several of them
    (DataFrame, list), or a Table or Disclosure of `mz.read`. `data`: the dataset (or its folder) or the Disclosure that
    `x` is from; by default the nearest data/clean. `raw`: the folder of the PDFs, by default the folder raw beside the
    dataset. Raises `NotInData`.
    """
    if isinstance(x, Table):
        return x.show()
    if isinstance(x, Disclosure):
        data, x = x, x.doc_id
    origin = Origin.of(data, raw)
    row = row_of(x) or {}
    if (found := finding_of(x, row, origin)) is not None:
        return picture_of_finding(found, origin)
    if "check_id" in row and "amount_ids" in row:
        return picture_of_check(row, origin)
    keys = keys_of(x)
    if not keys:
        raise NotInData("there is no row to show")
    if len(keys) == 1 and (check := origin.row("checks", "check_id", keys[0])) is not None:
        return picture_of_check(check, origin)
    spots = [spot_of(key, origin) for key in keys[:MOST]]
    if len(spots) == 1:
        remark = (str(row["explanation"]),) if row.get("explanation") else ()
        return Picture(panels_of(spots, origin), (*caption_of(spots[0], origin), *remark))
    return Picture(panels_of(spots, origin), (f"{len(keys)} places", *places_of(spots, origin)),
                   tuple(terms(spots, len(keys))))


def finding_of(x: Any, row: Mapping[Any, Any], origin: Origin) -> Mapping[str, Any] | None:
    """The finding that is asked for, as a row or by its id; None for anything else."""
    key = row.get("finding_id") or (x if isinstance(x, str) and re.search(r"/f\d+$", x) else "")
    return origin.row("findings", "finding_id", key) if key else None


def picture_of_check(check: Mapping[str, Any], origin: Origin) -> Picture:
    """All cells of an identity in one picture, with its arithmetic; its pages where it has no cells."""
    keys = listed(check.get("amount_ids"))
    cells = [spot_of(key, origin) for key in keys[:MOST]]
    pages = [int(page) for page in listed(check.get("pages"))] or [1]
    spots = cells or [Spot(check["doc_id"], f"page {page}", check["doc_id"], page=page) for page in pages[:2]]
    sums = {name: to_text(check[name]) for name in ("left", "right", "difference", "tolerance")
            if check.get(name) is not None}
    arithmetic = [f"{name}  {figure}" for name, figure in sums.items() if figure]
    notes = (f"{check['status']}: {check['statement']}", *arithmetic, *terms(cells, len(keys)))
    return Picture(panels_of(spots, origin), (f"{check['rule']} ({check['check_id']})", *places_of(spots, origin)),
                   notes)


def terms(spots: Sequence[Spot], count: int) -> list[str]:
    """The numbered spots in words, and how many of `count` are not among them."""
    left_out = [f"… and {count - len(spots)} more, not drawn"] if count > len(spots) else []
    return [*(f"{number}  {spot.text}" for number, spot in enumerate(spots, start=1)), *left_out]


def places_of(spots: Sequence[Spot], origin: Origin) -> dict[str, None]:
    """The places of spots, each once, in their order."""
    return dict.fromkeys(place_of(spot, origin) for spot in spots)
