"""Reader: goes through each paragraph from figure to figure and makes a claim of each.

What it must remember on the way (the subject of the statement, the whole whose parts are being listed, the base of a
comparison, whether a reason is being given) is its state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from ..clean import compact
from . import wording
from .claims import Claim
from .paragraphs import Paragraph
from .topics import State, Topic, Topics

#: An enumerated paragraph that begins with so few characters and a full stop names in them what it is about.
LEAD_IN = 24
#: What goes on with the reasons after a mark.
MORE_REASONS = ("二是", "三是", "四是", "同时", "其次")


def claims_in(parts: Iterable[Paragraph], org: str = "") -> list[Claim]:
    """The claims of a document's paragraphs, in reading order."""
    reader = Reader(compact(org))
    return [claim for part in parts for claim in reader.read(part)]


class Reader(Topics):
    """Reads paragraphs one after the other, from figure to figure."""

    part: Paragraph
    text: str
    since: int  # where the words before the next figure begin
    consumed: int  # how far the last figure and its noun reach
    after_figure: bool  # whether the present clause has a figure

    def __init__(self, org: str = "") -> None:
        super().__init__()
        self.phrase = partial(wording.read_phrase, org=org)

    def read(self, part: Paragraph) -> Iterator[Claim]:
        """The claims of the next paragraph."""
        self.outline.enter(part)
        if part.text.isascii() or any(wording.FIGURES["aside"].search(heading) for heading in part.section):
            return
        self.part, self.text = part, part.text
        self.since, self.consumed, self.after_figure, self.counted = part.body, part.body, False, ""
        self.state, self.main, self.seen, self.units = State(), None, [], {}
        outer: list[State] = []
        for event in wording.events(part.text, part.body):
            if event.kind == "figure":
                yield self.figure(event)
                self.since, self.after_figure = self.consumed, True
            elif event.kind == "statement":
                yield from self.statement(event)
                self.since = event.end
            elif event.kind == "open":
                outer.append(self.state)
                within = self.state.topic.subject if self.state.topic else ""
                self.state = replace(self.state, queue=[], firsts=[], within=within, listed="",
                                     whole_units=self.units_of_topic())
                self.since = event.end
            elif event.kind == "close":
                self.state = outer.pop() if outer else self.state
                self.since = event.end
            else:
                self.mark(event)
        self.outline.leave(part, self.main, bool(self.counted))

    # --- marks

    def mark(self, event: wording.Event) -> None:
        """A punctuation mark ends a clause; a full stop ends the sentence."""
        mark = event.match.group()
        clause = self.before(event)
        state = self.state
        if mark == "、":
            if not clause.strip():
                self.since = event.end
            return
        self.clause(clause)
        if (mark == "。" and self.part.level is not None and event.start - self.part.body == len(clause) <= LEAD_IN
            and not self.after_figure):
            self.open(self.phrase(clause))
        if not (clause.endswith("的") and mark in "，,"):
            self.since = event.end
        self.after_figure = False
        state.verb = ""
        reasons = state.reason and self.text.startswith(MORE_REASONS, event.end)
        if mark in "；;":
            state.reason = reasons
            state.cause, state.listed, state.against = None, "", ""
        elif mark in "。！？":
            if state.firsts:
                self.main = state.firsts[0]
            self.state = State(topic=self.main, reason=reasons)

    def clause(self, clause: str) -> None:
        """A clause without a figure, or what follows its last figure, can still set what the next ones mean."""
        state = self.state
        if not wording.SAYS["nothing_then"].search(clause):
            state.year = self.phrase(clause).year or state.year
        if found := wording.SAYS["against"].search(clause):
            state.against = found["one"] or found["two"]
        if found := wording.SAYS["reason"].search(clause):
            state.reason = state.reason or not found.group().startswith("主要用于")
            self.cause(clause[found.end() :])
            return
        if state.reason:
            self.cause(clause)
        self.parts(clause)
        if among := wording.SAYS["among"].match(clause):
            if not clause.endswith("其中"):
                state.within = self.phrase(among["whole"]).subject
        elif not self.after_figure and not state.reason:
            phrase = self.phrase(clause)
            if phrase.names or phrase.code:
                self.open(phrase)

    def cause(self, clause: str) -> None:
        """A reason such as "项目支出增加" names what the next figure of the reason is of."""
        if self.state.reason and (found := wording.SAYS["change"].search(clause)):
            phrase = self.phrase(clause[: found.start()])
            if phrase.subject:
                self.open(phrase)

    def parts(self, text: str) -> str:
        """Note where the parts of the present subject begin; give the text after that word."""
        found = None
        for found in wording.SAYS["parts"].finditer(text):
            whole = self.state.topic.subject if self.state.topic else ""
            if found["within"]:
                self.state.within, self.state.listed = whole, ""
                self.state.whole_units = self.units_of_topic()
            else:
                lead = self.phrase(text[: found.start()])
                self.state.listed = whole if lead.generic else lead.subject or whole
        return text[found.end() :] if found else text

    # --- figures and statements

    def figure(self, event: wording.Event) -> Claim:
        """The claim that a figure makes."""
        m, state = event.match, self.state
        left = self.before(event)
        self.consumed = event.end
        if found := wording.last(wording.SAYS["reason"], left):
            state.reason, left = True, left[found.end() :]
        left = self.parts(left)
        unit, counted = event.unit, event.counted
        value = Decimal(m["number"].replace(",", "")) * (-1 if m.groupdict().get("sign") else 1)
        if (base := wording.SAYS["base"].search(left)) and not counted and unit not in ("", "%"):
            state.against, own = base["against"], self.phrase(base["against"])
            claim = self.claim(event, "amount", value, self.topic(wording.Phrase("")))
            return replace(claim, measure=own.measure or own.subject, year=own.year or claim.year)
        compared = wording.SAYS["against"].search(left)
        if compared:
            state.against = compared["one"] or compared["two"]
            left = left[: compared.start()] + left[compared.end() :]
        if counted:
            claim = self.count(event, left, value)
            self.counted = unit
            return claim
        self.counted = ""
        if unit in ("", "%", "倍") or unit.endswith("百分点"):
            return self.rate(event, left, value, compared is not None)
        return self.money(event, left, value, compared is not None)

    def money(self, event: wording.Event, left: str, value: Decimal, compared: bool) -> Claim:
        """A sum of money: an amount or a change of one."""
        state = self.state
        found = wording.SAYS["change"].search(left)
        if found and (state.against or state.reason or found["word"] not in wording.RATES):
            return self.change(event, value, self.changed(event, left[: found.start()]), found)
        if found := wording.SAYS["below"].search(left):
            state.against = found["against"]
            word = found["word"]
            claim = self.claim(event, "change", value * wording.COMPARISONS[word], self.topic(wording.Phrase("")))
            return replace(claim, direction=word, against=state.against)
        noun = wording.noun_after(self.after(event)) if wording.FIGURES["transfers"].search(left) else ""
        phrase = self.phrase(noun or left)
        if state.within and not phrase.subject and "本级" in left:
            phrase = wording.Phrase(left.strip("，、：:"))
        if found := wording.SAYS["verb"].match(phrase.subject):
            state.verb = found["word"]
            phrase = phrase._replace(subject=found["rest"])
        if state.verb:
            against = state.against if compared else ""
            claim = self.claim(event, "change", value * wording.CHANGES[state.verb], self.topic(phrase), phrase)
            return replace(claim, direction=state.verb, against=against)
        return self.claim(event, "amount", value, self.topic(phrase), phrase)

    def before(self, event: wording.Event) -> str:
        """The words of the clause before a figure or mark."""
        return self.text[max(self.since, event.start - wording.CLAUSE) : event.start]

    def after(self, event: wording.Event) -> str:
        """The text close behind a figure."""
        return self.text[event.end : event.end + wording.NEAR]

    def changed(self, event: wording.Event, left: str) -> wording.Phrase:
        """What a change is of; a reason may name it after the figure ("增加了40万元的检察办案费预算")."""
        after = self.after(event)
        noun = wording.noun_after(after.removeprefix("的")) if self.state.reason else ""
        own = self.phrase(left)
        return wording.Phrase(noun) if noun and (after.startswith("的") or not own.subject) else own

    def change(self, event: wording.Event, value: Decimal, own: wording.Phrase, found: re.Match[str]) -> Claim:
        """A change with its sign; "各增加" is of all the totals that the sentence has named."""
        kind = "pct_change" if event.unit in ("", "%", "倍") or event.unit.endswith("百分点") else "change"
        topic = self.topic(own, figure_of_change=True)
        if found["joint"] and not own.subject and len(self.state.firsts) > 1:
            topic = replace(topic, subject="、".join(first.subject for first in self.state.firsts))
            self.state.topic = topic
        word = found["word"]
        claim = self.claim(event, kind, value * wording.CHANGES[word] if value else value, topic, own)
        return replace(claim, direction=word, against=self.state.against)

    def rate(self, event: wording.Event, left: str, value: Decimal, compared: bool) -> Claim:
        """A percentage: a change, a share of a whole, a rate of completion, or a rate with a name of its own."""
        if found := wording.SAYS["change"].search(left):
            return self.change(event, value, self.changed(event, left[: found.start()]), found)
        if left.startswith("分别占"):  # of the figures just listed, one each
            following = wording.FIGURES["percentages"].match(self.text, event.start)
            self.state.turn = self.seen[-following.group().count("%") :] if following else []
            self.state.against = left[3:].removesuffix("的")
        if self.state.turn:
            claim = self.claim(event, "share", value, self.state.turn.pop(0))
            return replace(claim, direction="占", against=self.state.against)
        for pattern, word in ((wording.SAYS["share"], "占"), (wording.SAYS["done"], "完成")):
            if found := pattern.match(left):
                own = self.phrase(found["subject"])
                topic = self.topic(own)
                against = found["against"] or (self.state.against if compared else "") or topic.parent
                return replace(self.claim(event, "share", value, topic, own), direction=word, against=against)
        own = self.phrase(left)
        return self.claim(event, "share", value, self.topic(own), own)

    def count(self, event: wording.Event, left: str, value: Decimal) -> Claim:
        """A count; what is counted stands before it or, as in "20个内设机构", after it."""
        if (found := wording.SAYS["change"].search(left)) and found["word"] != "新增":
            return self.change(event, value, self.phrase(left[: found.start()]), found)
        if (found := wording.SAYS["points"].match(left)) and event.counted == "分":
            own = wording.Phrase(self.outline.item) if found["subject"] == "该指标" else self.phrase(found["subject"])
            return replace(self.claim(event, "count", value, self.topic(own)), measure=found["measure"])
        noun = wording.noun_after(self.after(event))
        if self.state.whole_units and event.unit not in self.state.whole_units:
            self.state.within = ""
        if noun:
            self.consumed = event.end + len(noun)
            own = wording.Phrase(noun, year=self.phrase(left).year)
        else:
            own = self.queued(left) or self.phrase(left)
            if not own.subject and event.counted.startswith("人") and self.state.topic:
                own = own._replace(subject=wording.SAYS["of_people"].sub("", self.state.topic.subject))
        topic = self.topic(own)
        self.units.setdefault(topic.group, set()).add(event.unit)
        return self.claim(event, "count", value, topic, own)

    def queued(self, left: str) -> wording.Phrase | None:
        """The subject of one of several figures "分别" given for a list of names."""
        self.state.queue = wording.listed_names(left) or self.state.queue
        return wording.Phrase(self.state.queue.pop(0)) if self.state.queue else None

    def statement(self, event: wording.Event) -> Iterator[Claim]:
        """持平 is a change of nothing; 小于 and 减少 without a figure are a direction only."""
        m, state = event.match, self.state
        left = self.before(event)
        if state.reason or wording.SAYS["reason"].search(left):
            self.clause(left + m.group())
            return
        left = self.parts(left)
        equal = m["equal"] or m["equals"]
        phrase = self.phrase(left + (m.group()[:3] if m["compare"] else ""))
        claim = self.claim(event, "change", Decimal(0) if equal else None, self.topic(phrase, figure_of_change=True),
                           phrase)
        against = m["same"] or m["base"] or m["than"] or state.against
        yield replace(claim, direction=equal or m["compare"] or m["change"], against=against)
        if m["change"] or self.text.startswith("的主要原因", event.end):
            state.reason = True

    def claim(self, event: wording.Event, kind: str, value: Decimal | None, topic: Topic,
              phrase: wording.Phrase | None = None) -> Claim:
        """Put a claim together."""
        own = phrase or wording.Phrase("")
        if kind in ("amount", "count"):
            self.state.year = own.year or self.state.year
        if kind == "amount":  # the parts of a sum are of its stage
            if topic.role == "part" and not wording.has_stage(own):
                own = own._replace(measure=self.state.stage)
            self.state.stage = own.measure
        return Claim(page=self.part.page(event.start), section="/".join(self.part.section),
                     sentence=wording.sentence_at(self.text, event.start), subject=topic.subject, code=topic.code,
                     kind=kind, value=value, unit=event.unit, raw=event.match.group(), measure=own.measure,
                     year=own.year or (self.state.year if kind in ("amount", "count") else ""), parent=topic.parent,
                     path=topic.path, role="reason" if self.state.reason else topic.role, group=topic.group)
