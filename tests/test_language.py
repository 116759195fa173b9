"""The command line in English and Chinese: help, results and errors, by --lang, MZ_LANG or the locale."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingzhang.__main__ import main, parser
from mingzhang.dataset.contract import RESOURCES
from mingzhang.language import language, say, speaking
from mingzhang.vocabulary import rows

LIB = Path(__file__).resolve().parent.parent / "lib" / "mingzhang"
RAW = LIB.parent.parent / "data" / "raw"
COMMANDS = ("build", "new", "read", "check", "export", "cite", "site")
CHINESE = re.compile("[一-鿿]")
VARIABLES = ("MZ_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def no_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("locale.getlocale", lambda *_: ("en_GB", "UTF-8"))


@pytest.mark.parametrize("set_as", [{"MZ_LANG": "zh"}, {"LANG": "zh_CN.UTF-8"}, {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}])
def test_the_language_is_asked_for_in_order(set_as: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert language() == "en"
    for name, value in set_as.items():
        monkeypatch.setenv(name, value)
    assert language() == "zh"
    with speaking("en"):
        assert language() == "en"
    monkeypatch.setenv("MZ_LANG", "en")
    assert language() == "en"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("place", ["before", "after"])
def test_help_is_chinese_wherever_lang_stands(command: str, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--lang", "zh", command, "-h"] if place == "before" else [command, "--lang=zh", "-h"]
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("用法：mingzhang")
    with speaking("zh"):
        help = parser().format_help()
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", said + help), "no English sentence is left"


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["check", "nowhere.pdf"], 2, "明账：nowhere.pdf：没有这个文件或文件夹\n"),
        (["read", "broken.pdf"], 1, "明账：broken.pdf：从内容看，既非 PDF，也非 Excel、Word 或网页文件\n"),
        (["build", "--raw", "nowhere"], 1, "明账：nowhere 不是文件夹\n"),
        (["export", "data.xlsx"], 1, "明账：data/clean 不是数据集（缺少 documents.csv）；请先运行 python -m mingzhang build 生成\n"),
    ],
)
def test_errors_are_chinese_and_their_exit_status_is_the_same(
    words: list[str], status: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.pdf").write_text("no PDF")
    assert main(words) == status
    assert not CHINESE.search(capsys.readouterr().err)
    assert main([*words, "--lang", "zh"]) == status
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(("words", "told"), [(["nonsense"], "参数 COMMAND 不能为 'nonsense'"), (["read"], "缺少参数：file"), (["check", "a", "--x"], "无法识别的参数：--x")])
def test_a_wrong_command_is_told_in_chinese(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*words, "--lang", "zh"])
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err


def test_the_same_is_read_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    said = {}
    for lang in ("en", "zh"):
        assert main(["read", str(RAW / "gulou-2024-budget.pdf"), "--lang", lang]) == 0
        said[lang] = capsys.readouterr().out
    assert re.findall(r"\d[\d,.]*", said["en"]) == re.findall(r"\d[\d,.]*", said["zh"])
    assert "14 pages" in said["en"]
    assert "14页" in said["zh"]
    assert "figures" not in said["zh"]


#: Where what is told of a document is worded: its problems, and why it was not read.
TELLING = ("apart", "disclosure", "table", "building/pipeline", "isolation/child", "isolation/workers", "performance/units",
           "checking/proving", "reading/damage", "reading/containers/kinds", "reading/containers/workbooks", "showing/origin",
           "showing/view", "showing/seen", "showing/given")


def worded(tree: ast.AST) -> Iterator[str]:
    """Every text of code, with a figure for each blank; no docstring and no part of a text."""
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part is not node}
    within |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in within:
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in within:
            yield node.value


def raised() -> Iterator[str]:
    """Every message that the library raises for a user, and every sentence of the modules that tell of documents."""
    for path in LIB.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.relative_to(LIB).with_suffix("").as_posix() in TELLING:
            yield from (text for text in worded(tree) if re.search(r"[a-z]{2,}( [a-z]{2,}){2}", text) and not text.startswith(("<", "from ")))
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                name = ast.unparse(node.exc.func)
                if name.startswith(("Unreadable", "BadSources", "BadOutput", "BadCluster", "BadLimits", "BadDataset", "NotInData", "Mingzhang")):
                    yield from worded(node.exc.args[0])


def test_what_the_library_tells_has_its_chinese() -> None:
    messages = sorted(message for message in set(raised()) if re.search("[a-z]{2}", message))
    assert len(messages) > 100
    with speaking("zh"):
        assert [message for message in messages if not CHINESE.search(say(message))] == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("  a: a/t03: its unit is nowhere printed; 万元 was taken; page 3: no ruled table found; 300 pages; only the first 200 were read",
         "  a：a/t03：未注明单位，按万元读取；第3页：未找到有表格线的表格；共300页，只读取前200页"),
        ("mingzhang: x.pdf: a packed file, neither Excel nor Word; unpack it and give what it holds",
         "明账：x.pdf：是压缩文件而非 Excel 或 Word 文件，请解压后再读取其中的文件"),
        ("not in the list; nor is this", "not in the list; nor is this"),
        ("12 of 30 (40%)", "30个中的12个（40%）"),
        ("What was read of the documents (and what was not)", "What was read of the documents (and what was not)"),
    ],
)
def test_sentences_told_together_are_each_put_into_chinese(english: str, chinese: str) -> None:
    with speaking("zh"):
        assert say(english) == chinese


def test_every_column_of_the_dataset_has_its_meaning_in_chinese() -> None:
    meanings = {text for spec in RESOURCES.values() for text in (spec.description, *(one.description for one in spec.columns.values()))}
    with speaking("zh"):
        assert [text for text in meanings if not CHINESE.search(say(text)) or re.search("[a-z]{3,} [a-z]{3,} [a-z]{3,}", say(text))] == []


def test_the_list_has_each_text_once_and_no_blank_of_its_own() -> None:
    texts = [row["en"] for row in rows("messages")]
    assert len(texts) == len(set(texts))
    for row in rows("messages"):
        assert set(re.findall(r"{(\w+)}", row["zh"])) <= set(re.findall(r"{(\w+)}", row["en"])), row
