"""Summary: what was found in one document, as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from ..disclosure import Disclosure
from ..forms import BY_KEY
from ..table import Table


def summary(document: Disclosure) -> str:
    """A readable account of a document: what it is, its tables with their first figures, and its problems."""
    source = document.source
    head = [
        source.title or document.doc_id,
        f"{source.org or 'body unknown'} · {source.fiscal_year or 'year unknown'} · {source.kind or 'kind unknown'}"
        f" · {document.pages} pages · {document.status}",
        "",
    ]
    body = [line for table in document.tables for line in table_lines(table)]
    problems = ["", *(f"! {problem}" for problem in dict.fromkeys(document.problems))] if document.problems else []
    return "\n".join([*head, *body, *problems])


def table_lines(table: Table) -> Iterator[str]:
    """One line for a table and one for its total or its project."""
    pages = table.grid.pages
    where = f"p. {pages[0]}" if len(pages) == 1 else f"p. {pages[0]}-{pages[-1]}"
    name = BY_KEY[table.form].name
    yield f"{table.table_id.rsplit('/')[-1]:>5}  {where:<9} {name}  {table.title}  {table.unit}".rstrip()
    for p in table.projects:
        score = f", total score {p.total_score}" if p.total_score else ""
        yield f"{'':16} {p.project}: {len(p.indicators)} indicators, {len(p.funds)} fund rows{score}"
    if table.facts:
        total = next((fact for fact in table.facts if fact.row_role == "total"), table.facts[0])
        label = "/".join(part for part in (total.name, total.path) if part)
        yield f"{'':16} {len(table.facts)} figures; {label} {total.raw}"
    elif table.is_empty:
        yield f"{'':16} empty"
