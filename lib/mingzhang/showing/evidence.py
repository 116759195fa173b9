"""Evidence: where a finding is printed: the cells, indicators and words that it is about, both sides of a
contradiction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from .crops import panels_of
from .origin import NotInData, Origin
from .picture import Picture
from .spots import SHORTEST, Spot, listed, plain, spot_of, spot_of_claim, text_boxes

#: More cells than this are not drawn into one picture.
MOST = 24
#: More cells of one finding than these are told in words only.
DRAWN = 12
#: What a statement quotes: the sentence after a dash, else what it begins with.
QUOTED = (re.compile(r"— “(.+)”$"), re.compile(r"^“(.+?)”(?=[:： ]|$)"))


def spots_of_finding(finding: Mapping[str, Any], origin: Origin) -> list[Spot]:
    """The places of a finding: its first cell, those of its first check, its indicators, and its quoted words."""
    check = origin.row("checks", "check_id", next(iter(listed(finding["check_ids"])), ""))
    own = listed(check["amount_ids"]) if check is not None else []
    keys = [*listed(finding["amount_ids"])[:1], *own, *listed(finding["indicator_ids"])]
    spots = list(known(dict.fromkeys(keys), origin))
    quoted = words_of(finding, str(check["statement"]) if check is not None else "", origin)
    first = [quoted] if quoted and (not spots or check is None or check["scope"] == "narrative") else []
    return [*first, *spots][:MOST]


def known(keys: Mapping[str, None], origin: Origin) -> Iterator[Spot]:
    """The spot of each id that is in the data."""
    for key in keys:
        try:
            yield spot_of(key, origin)
        except NotInData:
            continue


def words_of(finding: Mapping[str, Any], statement: str, origin: Origin) -> Spot | None:
    """The printed words that a statement quotes: of a claim, else rows of the page, else a cell; None if not found."""
    quotes = [found[1] for quoted in QUOTED if (found := quoted.search(statement))]
    doc_id, printed = finding["doc_id"], str(finding["printed"])
    claims = origin.select("claims", "doc_id", doc_id)
    for page in map(int, listed(finding["pages"])):
        for quote in quotes:
            stated = claims[(claims["page"] == page)
                            & claims["sentence"].str.startswith(quote)] if len(claims) else claims
            own = stated[stated["subject"].map(lambda said: statement.startswith(f"{said}: ")).astype(bool)]
            same = [frame[frame["raw"].map(lambda raw: raw in printed).astype(bool)] for frame in (own, stated)]
            for _, claim in pd.concat([*same, own, stated]).iterrows():
                return spot_of_claim(claim, origin, printed if plain(printed) in plain(claim["sentence"]) else "")
        for text in (*quotes, printed, statement):
            if len(plain(text)) < SHORTEST:
                continue
            rows, words = text_boxes(origin.pages(doc_id, page), text, printed)
            if rows:
                return Spot(doc_id, quotes[0] if quotes else text, finding["finding_id"], page=page, boxes=rows,
                            words=words)
        if (cell := cell_with(doc_id, page, [*quotes, printed], origin)) is not None:
            return cell
    return None


def cell_with(doc_id: str, page: int, texts: Sequence[str], origin: Origin) -> Spot | None:
    """The cell of a page that holds one of several texts."""
    cells = origin.frame("cells")
    if cells is None:
        return None
    here = cells[(cells["page"] == page) & cells["table_id"].str.startswith(f"{doc_id}/")]
    held = here["text"].map(plain)
    for text in filter(None, map(plain, texts)):
        if (mine := here[[text in one for one in held]]).size:
            return spot_of(f"{mine.iloc[0]['table_id']}/r{mine.iloc[0]['row']}c{mine.iloc[0]['column']}", origin)
    return None


def pictures_of(spots: Sequence[Spot], origin: Origin) -> Iterator[tuple[list[tuple[int, Spot]], Picture]]:
    """One picture for each table or text that spots are in, with the numbers of its spots (0: it is the only one)."""
    numbered = [(number if len(spots) > 1 else 0, spot) for number, spot in enumerate(spots[:DRAWN], start=1)]
    for place in dict.fromkeys(spot.table_id for _, spot in numbered):
        mine = [(number, spot) for number, spot in numbered if spot.table_id == place]
        yield mine, Picture(panels_of([spot for _, spot in mine], origin, [number for number, _ in mine]), ())


def picture_of_finding(finding: Mapping[str, Any], origin: Origin) -> Picture:
    """Everything that a finding is about in one picture; its pages, or the cover, where nothing can be marked."""
    pages = [int(page) for page in listed(finding["pages"])] or [1]
    spots = spots_of_finding(finding, origin) or [Spot(finding["doc_id"], "", finding["finding_id"], page=page)
                                                  for page in pages[:2]]
    notes = tuple(f"{number}  {spot.text}" for number, spot in enumerate(spots, start=1) if spot.text)
    said = (f"{finding['severity']}: {finding['sentence_en']}", str(finding["sentence_zh"]))
    caption = (f"{finding['kind']} ({finding['finding_id']})", *said)
    return Picture(panels_of(spots, origin), caption, notes if len(notes) > 1
                   else tuple(spot.text for spot in spots if spot.text))
