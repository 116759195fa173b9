"""Topics: what a reader of a narrative keeps in mind from sentence to sentence and from paragraph to paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

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
    a list of figures, `year` and `stage` those of the last sum, `queue` the names and `turn` the topics that "分别"
    gives figures to, `firsts` the topics that stand beside each other in the sentence.
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


class Topics:
    """The topics of a paragraph: the present one, those before it, and what a phrase names of them."""

    state: State
    main: Topic | None  # what the sentences of the paragraph are about
    seen: list[Topic]
    counted: str  # the unit of the last count, "" after a sum or a percentage
    units: dict[int, set[str]]  # the units of the counts of each topic, by its group

    def __init__(self) -> None:
        self.outline = Outline()
        self.group = 0

    def topic(self, phrase: wording.Phrase, figure_of_change: bool = False) -> Topic:
        """The topic that a phrase names: a new one, the present one, or the one that the phrase words differently."""
        state = self.state
        known = [topic for topic in (state.topic, self.main) if topic]
        if state.reason and state.cause and not phrase.subject:
            return state.cause
        if not phrase.subject or (phrase.generic and known and known[0].named):
            return known[0] if known else self.open(wording.Phrase(self.outline.heading()))
        same = [t for t in known if t.subject == phrase.subject and not phrase.names and not phrase.code]
        if figure_of_change and not same and not state.reason:
            same = [topic for topic in known if topic.subject not in (state.within, state.listed)
                    and wording.is_similar(topic.subject, phrase.subject)]
            same = same or [topic for topic in reversed(self.seen) if topic.subject == phrase.subject]
        if not same:
            return self.open(phrase)
        topic = replace(same[0], subject=phrase.subject)
        if not state.reason:
            state.topic = topic
        return topic

    def open(self, phrase: wording.Phrase) -> Topic:
        """Begin a new topic."""
        state = self.state
        self.group += 1
        self.outline.learn(phrase.names)
        path = self.outline.path() if phrase.names else ""
        parent = state.listed or state.within or self.outline.whole
        if parent == phrase.subject:
            parent = ""
        role = "reason" if state.reason else "part" if parent else "main"
        if state.reason and state.topic:
            parent = state.topic.subject
        topic = Topic(phrase.subject, self.group, phrase.code, path, parent, role, bool(phrase.names or phrase.code))
        self.seen.append(topic)
        if state.reason:
            state.cause = topic
        else:
            state.topic = topic
            if not (state.within or state.listed):
                state.firsts.append(topic)
                self.main = self.main or topic
        return topic

    def units_of_topic(self) -> set[str]:
        """What the present topic, if it was counted last, is counted in."""
        return self.units.get(self.state.topic.group, set()) if self.state.topic and self.counted else set()


def bare(heading: str) -> str:
    """A heading without its enumerator."""
    return next((pattern.sub("", heading, count=1) for pattern in ENUMERATORS if pattern.match(heading)), heading)
