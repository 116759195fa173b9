"""What the programs that make PDFs do to a table: each habit drawn into a small PDF of its own, and read as a reader reads it."""

from __future__ import annotations

from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from drawing import HEIGHT, LEFT, UP, WIDTH, Sheet, X, facts
from test_traps import BODY, HEAD, TITLE, WIDTHS, expected

import mingzhang as mz

ROWS = [HEAD, *BODY]
XS = [X, *(X + w for w in accumulate(WIDTHS))]
YS = [70.0 + 20 * n for n in range(len(ROWS) + 1)]


def unruled(*_: object) -> bool:
    return False


def stray_rules(sheet: Sheet) -> None:
    """Rules through every row and every column."""
    for y in YS[:-1]:
        sheet.rule(XS[0], y + 10, XS[-1], y + 10)
    for x in XS[:-1]:
        sheet.rule(x + 30, YS[0], x + 30, YS[-1])


# --- what a reader does not see ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["white", "transparent", "white and thin"])
def test_rules_that_cannot_be_seen(tmp_path: Path, how: str) -> None:
    sheet = Sheet(filled=how == "white and thin").title(TITLE)
    sheet.canvas.saveState()
    if how == "transparent":
        sheet.canvas.setStrokeAlpha(0)
    else:
        sheet.canvas.setStrokeColorRGB(1, 1, 1)
        sheet.canvas.setFillColorRGB(1, 1, 1)
    stray_rules(sheet)
    sheet.canvas.restoreState()
    sheet.table(ROWS, WIDTHS)
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(BODY)


def test_white_grid_under_merged_header_cells(tmp_path: Path) -> None:
    rows = [["科目编码", "科目名称", "本年支出", LEFT, LEFT], [UP, UP, "合计", "基本支出", "项目支出"], *BODY]
    sheet = Sheet().title(TITLE)
    sheet.canvas.setStrokeColorRGB(1, 1, 1)
    sheet.table([[""] * 5] * len(rows), WIDTHS)
    sheet.canvas.setStrokeColorRGB(0, 0, 0)
    sheet.table(rows, WIDTHS)
    columns = ["本年支出/合计", "本年支出/基本支出", "本年支出/项目支出"]
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(BODY, columns)


def test_white_rules_between_black_lines(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table(ROWS, WIDTHS, ruled=lambda side, *_: side in ("top", "bottom"))
    sheet.canvas.setStrokeColorRGB(1, 1, 1)
    sheet.table(ROWS, WIDTHS, texts=False, ruled=lambda side, *_: side in ("left", "right"))
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(BODY)


def test_white_rules_and_white_words_on_coloured_rows(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    for number, (top, low) in enumerate(pairwise(YS)):
        sheet.canvas.setFillColorRGB(*((0.2, 0.3, 0.6) if number == 0 else (0.9, 0.93, 1) if number % 2 else (0.8, 0.85, 1)))
        sheet.canvas.rect(XS[0], HEIGHT - low, XS[-1] - XS[0], low - top, stroke=0, fill=1)
    sheet.canvas.setStrokeColorRGB(1, 1, 1)
    sheet.table(ROWS, WIDTHS, texts=False)
    sheet.canvas.setFillColorRGB(1, 1, 1)
    sheet.table([HEAD], WIDTHS, ruled=unruled)
    sheet.canvas.setFillColorRGB(0, 0, 0)
    sheet.table(BODY, WIDTHS, top=YS[1], ruled=unruled)
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(BODY)


@pytest.mark.parametrize("angle", [0, 30, 45, 315])
def test_watermark_over_the_table(tmp_path: Path, angle: int) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table(ROWS, WIDTHS)
    canvas = sheet.canvas
    canvas.setFillColorRGB(0.8, 0.8, 0.8)
    for x, y in [(100, 400), (300, 440), (400, 400), (250, 500)]:
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(angle)
        canvas.setFont(sheet.font, 20)
        canvas.drawString(0, 0, "财政局公开2024")
        canvas.restoreState()
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert facts(document) == expected(BODY)
    assert document.tables[0].title == TITLE


def test_oblique_figures_are_printed_ones(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table(ROWS, WIDTHS)
    sheet.canvas.transform(1, 0, 0.3, 1, 0, 0)
    # the shear moves what stands higher further to the right
    sheet.text(X + 400 - 0.3 * (HEIGHT - 183), 183, "9.99")
    assert "9.99" in mz.read(sheet.save(tmp_path / "a.pdf")).content[0].text


def test_writing_around_a_seal(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table(ROWS, WIDTHS)
    sheet.canvas.setFillColorRGB(0.9, 0, 0)
    for number, word in enumerate("某某市财政局预算公开专用章"):
        sheet.canvas.saveState()
        sheet.canvas.translate(430, 460)
        sheet.canvas.rotate(107 - 17 * number)
        sheet.canvas.setFont(sheet.font, 10)
        sheet.canvas.drawString(0, 45, word)
        sheet.canvas.restoreState()
    got = facts(mz.read(sheet.save(tmp_path / "a.pdf")))
    # the letter on top of the seal stands upright
    assert {figure for *_, figure in got} == {figure for *_, figure in expected(BODY)}


@pytest.mark.parametrize("how", ["white", "invisible"])
def test_hidden_text_under_the_printed_one(tmp_path: Path, how: str) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table(ROWS, WIDTHS)
    if how == "white":
        sheet.canvas.setFillColorRGB(1, 1, 1)
    else:
        sheet.canvas._code.append("BT 3 Tr ET")
    sheet.table(ROWS, WIDTHS, top=71, ruled=unruled)
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(BODY)


def test_invisible_text_alone_is_read(tmp_path: Path) -> None:
    """A recognised scan: rules in a picture or drawn, and the only text is the invisible layer."""
    sheet = Sheet()
    sheet.canvas._code.append("BT 3 Tr ET")
    sheet.title(TITLE).table(ROWS, WIDTHS)
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(BODY)


def test_what_is_cropped_away_is_not_read(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    sheet.canvas.setCropBox((0, HEIGHT - 250, WIDTH, HEIGHT))
    sheet.table(ROWS, WIDTHS)
    sheet.table([["205", "裁去的支出", "1.00", "2.00", "3.00"]] * 2, WIDTHS, top=400)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert len(document.tables) == 1
    assert facts(document) == expected(BODY)
    assert "裁去" not in document.content[0].text


# --- text that does not keep to its cell ------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["-", "\N{SOFT HYPHEN}", "\N{HYPHEN}", "\N{NON-BREAKING HYPHEN}", "\N{MINUS SIGN}", "\N{EN DASH}", "\N{FULLWIDTH HYPHEN-MINUS}"])
def test_signs_that_fonts_and_writers_put_for_a_minus(tmp_path: Path, sign: str) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, ["201", "教育支出", f"{sign}1,234.50", "1.00", f"{sign}1,235.50"]], WIDTHS)
    got = facts(mz.read(sheet.save(tmp_path / "a.pdf")))
    assert got == expected([["201", "教育支出", "-1,234.50", "1.00", "-1,235.50"]])


@pytest.mark.parametrize("length", [24, 28, 40])
def test_name_that_runs_over_into_the_next_cell(tmp_path: Path, length: int) -> None:
    name = "政府办公厅（室）及相关机构事务中的其他一般行政管理事务支出含专项业务活动运行维护经费"[:length]
    rows = [["2010301", name, "1.00", "1.00", ""], ["2010302", name, "2.00", "", "2.00"]]
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *([""] * 5 for _ in rows)], WIDTHS)
    for number, (code, _, *figures) in enumerate(rows, start=1):
        base = YS[number] + 13
        sheet.text(XS[0] + 3, base, code).text(XS[1] + 2, base, name)
        for right, figure in zip(XS[3:], figures, strict=True):
            sheet.text(right - 2, base, figure, align="right")
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(rows)


def test_figures_wider_than_their_columns(tmp_path: Path) -> None:
    rows = [["201", "一般公共服务支出", "1,234,567,890.12", "1,234,567,890.12", "0.00"], ["205", "教育支出", "1,234,567,890.12", "", "1,234,567,890.12"]]
    widths = [70, 220, 66, 66, 66]
    sheet = Sheet().title(TITLE)
    sheet.table([HEAD, *([""] * 5 for _ in rows)], widths)
    for number, (code, name, *figures) in enumerate(rows, start=1):
        base = YS[number] + 13
        sheet.text(XS[0] + 3, base, code).text(XS[1] + 2, base, name)
        for column, figure in enumerate(figures, start=3):
            sheet.text(X + sum(widths[:column]) - 2, base, figure, align="right")
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(rows)


@pytest.mark.parametrize("above", [0.2, 1.0])
def test_text_that_stands_on_the_rule_below_it(tmp_path: Path, above: float) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table(ROWS, WIDTHS, texts=False)
    for low, row in zip(YS[1:], ROWS, strict=True):
        for x, words in zip(XS, row, strict=False):
            sheet.text(x + 3, low - above, words)
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(BODY)


# --- rules that are not all there -------------------------------------------------------------------------------------

BODY_RULES = {
    "lines below the rows": lambda side, row, column: side in ("top", "bottom") or row == 0,
    "lines below the rows, outer borders": lambda side, row, column: (
        side in ("top", "bottom") or row == 0 or (side, column) in (("left", 0), ("right", 4))
    ),
    "outer borders": lambda side, row, column: (
        row == 0 or (side, column) in (("left", 0), ("right", 4)) or (side == "bottom" and row == len(BODY))
    ),
}


@pytest.mark.parametrize("what", BODY_RULES)
def test_vertical_rules_in_the_header_only(tmp_path: Path, what: str) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table(ROWS, WIDTHS, ruled=BODY_RULES[what])
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(BODY)


def test_merged_note_with_figures_stays_one_cell(tmp_path: Path) -> None:
    note = "注：本年支出1,524.23万元，比上年的1,400.00万元增加124.23万元；其中项目支出524.23万元。"
    sheet = Sheet().title(TITLE)
    sheet.table([*ROWS, [note, *[LEFT] * 4]], WIDTHS)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert facts(document) == expected(BODY)
    assert document.tables[0].grid.text(len(ROWS), 0) == note


def test_rules_drawn_as_dots(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table(ROWS, WIDTHS, ruled=unruled)
    dots = [(x, y) for y in YS for x in range(int(XS[0]), int(XS[-1]), 2)]
    dots += [(x, y) for x in XS for y in range(int(YS[0]), int(YS[-1]), 2)]
    for x, y in dots:
        sheet.canvas.rect(x - 0.4, HEIGHT - y - 0.4, 0.8, 0.8, stroke=0, fill=1)
    assert facts(mz.read(sheet.save(tmp_path / "a.pdf"))) == expected(BODY)


@pytest.mark.parametrize("thick", [0.1, 1.5, 2.0])
def test_rules_as_filled_shapes_of_any_thickness(tmp_path: Path, thick: float) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table(ROWS, WIDTHS, ruled=unruled)
    for y in YS:
        sheet.canvas.rect(XS[0], HEIGHT - y - thick / 2, XS[-1] - XS[0], thick, stroke=0, fill=1)
    for x in XS:
        sheet.canvas.rect(x - thick / 2, HEIGHT - YS[-1], thick, YS[-1] - YS[0], stroke=0, fill=1)
    document = mz.read(sheet.save(tmp_path / "a.pdf"))
    assert facts(document) == expected(BODY)
    assert document.tables[0].grid.engines == ("vector",)


# --- fonts ------------------------------------------------------------------------------------------------------------


def test_font_that_does_not_tell_its_characters_is_reported(tmp_path: Path) -> None:
    sheet = Sheet().title(TITLE)
    sheet.table(ROWS, WIDTHS)
    path = tmp_path / "a.pdf"
    path.write_bytes(sheet.bytes().replace(b"/ToUnicode", b"/NoUnicode"))
    document = mz.read(path)
    assert document.status != "ok"
    assert [problem.page for problem in document.problems] == [1]
    assert "font" in document.problems[0].reason
