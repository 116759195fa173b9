"""Claims: the figures that the narrative states, each with its sentence, its subject and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure of the narrative, or one statement of direction without a figure.

    `value` carries the sign of a change (减少 is negative); 持平 and its like are a change of 0 without unit; a word of
    direction alone ("决算数小于预算数的主要原因") is a change whose value is None. `unit` is as printed, "万" for money
    as 万元. `measure` is the stage that the text names (年初预算, 支出决算, 预算执行数), `year` the year it names,
    `direction` the word of change, comparison or completion, `against` what a change or share is measured against,
    `parent` the whole of which the subject is a part, `path` the classification as 类/款/项, `role` main, part or
    reason. Claims of one `group` are one statement.
    """

    page: int
    section: str
    sentence: str
    subject: str
    code: str
    kind: str
    value: Decimal | None
    unit: str
    raw: str
    measure: str = ""
    year: str = ""
    direction: str = ""
    against: str = ""
    parent: str = ""
    path: str = ""
    role: str = "main"
    group: int = 0
