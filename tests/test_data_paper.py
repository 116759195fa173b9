"""The data paper is what its template and the committed data, measurements and notebooks make of it."""

from __future__ import annotations

import re

import data_paper


def test_the_paper_is_rendered_from_what_is_committed() -> None:
    assert data_paper.paper() == data_paper.PAPER.read_text(encoding="utf-8"), "run: python tools/data_paper.py"


def test_no_number_is_typed() -> None:
    prose = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|〔\d+〕\d+号|F1", "", data_paper.TEMPLATE.read_text(encoding="utf-8"))
    assert re.findall(r"[^\n]*\d[^\n]*", prose) == []
    assert not re.search(r"\b(?:two|three|four|six|seven|eight|nine|ten|dozen|hundred)\b(?! readers| officials)", prose.replace("Two readers", "").replace("two officials", ""))
