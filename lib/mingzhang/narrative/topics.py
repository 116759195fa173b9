"""Topics: what a reader of a narrative keeps in mind from sentence to sentence and from paragraph to paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import wording
from .paragraphs import ENUMERATORS, Paragraph

_HEADING_TAIL = re.compile(r"(?:支出|收支|预算|决算|设置)*(?:情况)?(?:说明)?$")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a statement is about; claims on one topic share its group."""

    subject: str
    group: int
    code: str = ""
    path: str = ""
    parent: str = ""
    role: str = "main"
    named: bool = False


@dataclass(slots=True)
class State:
    """What has been read so far of a sentence; a bracket begins with a copy and gives it back when it closes.

    `topic` is what the last figure was of, `within` and `listed` the whole whose parts follow (to the end of the
    sentence, to the next semicolon), `cause` the topic of the reason that is being given, `verb` a verb that holds for
    a list of figures, `year` and `stage` those of the last sum, `queue` the names and `turn` the topics that "分别" gives figures to, `firsts` the topics that stand beside each other in
    the sentence.
    """

    topic: Topic | None = None
    within: str = ""
    whole_units: set[str] = field(default_factory=set)
    listed: str = ""
    against: str = ""
    reason: bool = False
    cause: Topic | None = None
    verb: str = ""
    year: str = ""
    stage: str = ""
    queue: list[str] = field(default_factory=list)
    firsts: list[Topic] = field(default_factory=list)
    turn: list[Topic] = field(default_factory=list)


class Outline:
    """What holds over paragraphs: the headings, the wholes of enumerated lists and the classification named so far."""

    def __init__(self) -> None:
        self.section: tuple[str, ...] = ()
        self.wholes: list[tuple[float, str]] = []
        self.loose = ""
        self.whole = ""
        self.item = ""
        self.names: dict[str, str] = {}

    def enter(self, part: Paragraph) -> None:
        """Take from the headings and the paragraphs before what holds for this paragraph."""
        if part.section != self.section:
            self.section = part.section
            self.names, self.wholes, self.loose = {}, [], ""
            for heading in part.section:
                self.learn(wording.read_phrase(bare(heading)).names)
        if part.level is None:
            self.whole = self.loose
        else:
            self.wholes = [(at, whole) for at, whole in self.wholes if at < part.level]
            self.whole = self.wholes[-1][1] if self.wholes else ""
            self.loose = ""

    def leave(self, part: Paragraph, main: Topic | None, counted: bool) -> None:
        """Remember the whole whose parts the next paragraphs list, and the item for paragraphs that speak of it."""
        if part.level is not None and main:
            self.item = main.subject
        if main and not counted and wording.SAYS["introduces"].search(part.text.rstrip("：:")):
            level = part.level if part.level is not None else self.depth() + 0.5
            self.wholes = [*((at, whole) for at, whole in self.wholes if at < level), (level, main.subject)]
            self.loose = main.subject

    def depth(self) -> float:
        """The level of the last heading."""
        last = self.section[-1] if self.section else ""
        return next((float(level) for level, pattern in enumerate(ENUMERATORS) if pattern.match(last)), 0.0)

    def learn(self, names: Sequence[tuple[str, str, str]]) -> None:
        """Keep the classes, sections and items that the text has named; a higher one clears those below."""
        for level, name, _ in names:
            for lower in "类款项"["类款项".index(level) :]:
                self.names.pop(lower, None)
            self.names[level] = name

    def path(self) -> str:
        """The classification named so far, "类/款/项"."""
        return "/".join(self.names[level] for level in "类款项" if level in self.names)

    def heading(self) -> str:
        """What the last heading is about, for a figure that names no subject of its own."""
        if not self.section:
            return ""
        heading = bare(self.section[-1])
        return _HEADING_TAIL.sub("", heading) or heading


def bare(heading: str) -> str:
    """A heading without its enumerator."""
    return next((pattern.sub("", heading, count=1) for pattern in ENUMERATORS if pattern.match(heading)), heading)
