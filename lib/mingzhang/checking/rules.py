"""Rules: what must hold in a budget or final accounts, as in `vocabulary/identities.toml`. Nothing here computes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..vocabulary import BadVocabulary, toml, within

_DECLARED = toml("identities")


@dataclass(frozen=True, slots=True)
class Rule:
    """A declared rule: its id, the scope of the contract, its formula or sentence, and when it holds."""

    id: str
    scope: str
    formula: str
    when: tuple[str, ...] = ()


def declared(section: str) -> Iterator[Rule]:
    """The rules of a section, scope by scope; one with {x} in it once for each value of x. Raises `BadVocabulary`."""
    for scope, entries in within("identities", section).items():
        for name, text in entries.items():
            formula, _, when = text.partition(" when ")
            conditions = tuple(when.split(", ")) if when else ()
            if unknown := set(conditions) - CONDITIONS.keys():
                raise BadVocabulary(f"vocabulary/identities.toml {name}: no condition {sorted(unknown)}")
            run = re.search(r"{(\w+)}", name)
            for value in _DECLARED["each"][run[1]] if run else ("",):
                put = {run[1]: value} if run else {}
                yield Rule(name.format(**put), scope, formula.format(**put), conditions)


#: The rules that are no sums, as sentences (findings.toml, said).
SAID: dict[str, Rule] = {name: Rule(name, scope, text) for scope, rules in within("findings", "said").items()
                         for name, text in rules.items()}
#: What must be nothing (zero or not printed) for a rule to apply.
CONDITIONS: dict[str, tuple[str, ...]] = {name: tuple(terms) for name, terms in _DECLARED["conditions"].items()}
#: Short names of the forms in formulas: form key, and the money that a table must be about ("" for any).
FORMS: dict[str, tuple[str, str]] = {
    name: (one, "") if isinstance(one, str) else (one["form"], one["fund"]) for name, one in _DECLARED["forms"].items()
}
#: Columns that only detail one beside them, and lines that detail one above them, by its key.
DETAIL_COLUMNS: dict[str, list[str]] = _DECLARED["details"]["columns"]
DETAIL_LINES: dict[str, list[str]] = _DECLARED["details"]["lines"]
#: Forms whose lines are nested by the column in which their label stands.
NESTED_BY_COLUMN = frozenset(_DECLARED["nested_by_column"])
#: The keys that MEASURE runs over.
MEASURES_COMPARED: tuple[str, ...] = tuple(_DECLARED["measures"])
#: Inside one table; `identities` finds the parts.
WITHIN: dict[str, Rule] = {rule.id: rule for rule in declared("within")}
#: Across tables, and the two sides of one.
ACROSS: tuple[Rule, ...] = tuple(declared("across"))
