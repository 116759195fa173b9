"""Localization: one wrong figure among figures that two identities cover is found and restored; empty cells and exchanges too."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from test_checks import amounts, consistent, document, ledger_of, table

from mingzhang.checking.audit import audit
from mingzhang.checking.checks import Account, account
from mingzhang.checking.locate import locate
from mingzhang.checking.slips import slip_of
from mingzhang.checking.system import System


def doubly_covered(books: Account) -> list[int]:
    """The printed figures that at least two distinct equations hold."""
    counts: dict[int, set[frozenset[int]]] = {}
    for one in books.identities:
        if one.op == "=":
            for place in one.places:
                counts.setdefault(place, set()).add(frozenset(one.places))
    return [place for place in sorted(counts) if len(counts[place]) > 1 and books.ledger.values[place]]


@settings(max_examples=40, deadline=None)
@given(amounts, st.integers(0, 10**6), st.integers(10**4, 10**6))
def test_one_corrupted_figure_is_named_and_restored(numbers: list[int], pick: int, change: int) -> None:
    books = account(consistent(numbers))
    places = doubly_covered(books)
    place = places[pick % len(places)]
    true = books.ledger.values[place]
    books.ledger.values[place] = (true or 0) + change
    found = locate(books)
    named = {one.place: one for located in found for one in located.corrections}
    assert named
    if any(located.named for located in found):  # what is named is right, and so is its value
        assert set(named) == {place}
        assert named[place].low <= (true or 0) <= named[place].high
    else:
        assert place in named or place in {one.place for located in found for other in located.others for one in other}


def test_most_corrupted_figures_are_named() -> None:
    books = account(consistent([1000 + 77 * n * n for n in range(12)]))
    places = doubly_covered(books)
    named = 0
    for place in places:
        true = books.ledger.values[place]
        books.ledger.values[place] = (true or 0) + 31_415
        named += any(located.named and located.corrections[0].place == place for located in locate(books))
        books.ledger.values[place] = true
    assert named >= 0.9 * len(places)


@settings(max_examples=20, deadline=None)
@given(amounts)
def test_nothing_is_suspected_in_a_consistent_account(numbers: list[int]) -> None:
    assert locate(account(consistent(numbers))) == []


def test_a_column_left_empty_is_filled() -> None:
    rows = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], ["合计", "", "100.00", "70.00", "30.00"], ["201", "一般公共服务支出", "100.00", "70.00", "30.00"],
            ["20101", "人大事务", "100.00", "", "30.00"], ["2010101", "行政运行", "70.00", "70.00", ""], ["2010102", "一般行政管理事务", "30.00", "", "30.00"]]
    suspects = audit(document(table(1, "expenditure", "支出预算表", rows))).suspects
    assert [(one.amount_id, one.published, one.implied_low, one.implied_high, one.unique, one.kind) for one in suspects] == [
        ("doc/t01/r3c3", None, Decimal("70.00"), Decimal("70.00"), True, "empty")
    ]
    assert suspects[0].explanation == "20101/基本支出: empty; 70.00 implied by 3 identities"


def test_two_figures_exchanged_are_one_slip() -> None:
    rows = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], ["合计", "", "10.00", "7.00", "3.00"], ["201", "一般公共服务支出", "10.00", "7.00", "3.00"],
            ["20101", "人大事务", "10.00", "7.00", "3.00"], ["2010101", "行政运行", "6.00", "1.00", "5.00"], ["2010102", "一般行政管理事务", "4.00", "2.00", "2.00"]]
    books = account(document(table(1, "expenditure", "支出预算表", rows)))
    found = locate(books)
    assert len(found) == 1
    assert {books.ledger.places[one.place].id: one.likely for one in found[0].corrections} == {"doc/t01/r4c3": 500, "doc/t01/r4c4": 100}
    assert {one.slip.kind for one in found[0].corrections} == {"swapped"}


def test_the_limit_is_kept_and_said() -> None:
    books = account(consistent([1000 + 7 * n for n in range(12)]))
    for place in doubly_covered(books)[::3]:
        books.ledger.values[place] = (books.ledger.values[place] or 0) + 1000 + place
    found = locate(books, limit=0.0)
    assert any("stopped after 0 s" in one.note for one in found)


def test_system_is_reusable_after_figures_change() -> None:
    books = account(consistent(list(range(100, 1300, 100))))
    system = System(books)
    place = doubly_covered(books)[0]
    true = books.ledger.values[place]
    books.ledger.values[place] = 1
    assert locate(books, system)
    books.ledger.values[place] = true
    assert locate(books, system) == []


def test_slips_are_told_apart() -> None:
    def kind(printed: int, true: int) -> str:
        return slip_of(ledger_of(printed), 0, true, true, true).kind

    assert kind(52432, 52342) == "digits_exchanged"
    assert kind(5243, 52430) == "decimal_shift"
    assert kind(5243, 52413) == "digit_lost"
    assert kind(524313, 52413) == "digit_added"
    assert kind(52413, 52493) == "digit_wrong"
    assert kind(52413, -52413) == "sign"
    assert kind(-52413, 52413) == "sign"
    assert kind(52413, 52411) == "rounding"
    assert kind(5241300000, 524130) == "unit"
