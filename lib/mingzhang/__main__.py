"""The command line: `python -m mingzhang new|build|read|check|export|cite|site`; every command is one library call."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from . import __version__
from .errors import MingzhangError, UnreadableDocument
from .language import LANGUAGES, language, say, speaking


class Parser(argparse.ArgumentParser):
    """A parser whose help and errors are in the language that is spoken."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False)
        self.add_argument("-h", "--help", action="help", help="show this help message and exit")
        self.add_argument("--lang", choices=LANGUAGES,
                          help="language of help, messages and reports (default: MZ_LANG, else the locale)")

    def format_help(self) -> str:
        for action in self._actions:
            action.help = say(action.help or "")
        return say(super().format_help())

    def error(self, message: str) -> NoReturn:
        self.exit(2, say(f"{self.format_usage()}{self.prog}: error: {message}\n"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. The exit status is 0; 1 after one clear line on standard error; 2 if a build did not read every
    document."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    with speaking(asked_in(words)):
        try:
            options = parser().parse_args(words)
            return int(options.run(options))
        except MingzhangError as error:
            print(say(f"mingzhang: {error}"), file=sys.stderr)
            return 1
        except BrokenPipeError:
            return 0
        except OSError as error:  # a report that cannot be written, a folder that cannot be read
            print(say(f"mingzhang: {error.filename or '-'}: {error.strerror or error}"), file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print(say("mingzhang: stopped; the same command goes on from here"), file=sys.stderr)
            return 130


def asked_in(words: Sequence[str]) -> str:
    """The language that a command line asks for, wherever it does: its own errors and help must speak it already."""
    asked = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    asked.add_argument("--lang", nargs="?", default="")
    found = asked.parse_known_args(words)[0].lang
    return found if found in LANGUAGES else ""


def parser() -> Parser:
    top = Parser(prog="mingzhang", description=say("Published government budgets and final accounts as checked data."))
    top.add_argument("--version", action="version", version=__version__, help="show the version and exit")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], help: str) -> Parser:
        one = commands.add_parser(name, help=say(help), description=say(help))
        one.set_defaults(run=run)
        return one

    def folder(one: Parser, name: str, default: str, help: str) -> None:
        one.add_argument(name, type=Path, default=Path(default), metavar="FOLDER", help=help)

    one = command("build", run_build, "a folder of PDFs -> a folder of CSVs")
    folder(one, "--raw", "data/raw", "folder of PDFs, with or without a sources.csv")
    folder(one, "--clean", "data/clean", "folder of the dataset (replaced as a whole)")
    one.add_argument("--workers", type=int, metavar="N", help="processes (default: one a core)")
    one.add_argument("--format", choices=("csv", "parquet"), default="csv",
                     help="parquet for a large corpus (takes the extra scale)")
    one.add_argument("--scheduler", metavar="tcp://HOST:PORT",
                     help="read the documents on a Dask cluster (takes the extra scale)")
    one.add_argument("--timeout", type=float, default=600.0, metavar="SECONDS",
                     help="limit for one document (default 600; a scanned page takes about 4)")
    one.add_argument("--memory", type=float, default=4.0, metavar="GIB",
                     help="memory limit for one document (default 4)")
    one.add_argument("--recursive", action="store_true", help="also the folders within the folder of documents")
    one.add_argument("--force", action="store_true",
                     help="replace a dataset even if fewer documents were read than it has")
    one.add_argument("--quiet", action="store_true", help="no progress bar")

    one = command("new", run_new, "a folder for documents of one's own: sources.csv, mingzhang.toml, a notebook")
    one.add_argument("folder", type=Path, help="folder to make")
    one.add_argument("documents", type=Path, nargs="*", help="files to copy into it")

    one = command("read", run_read, "print what is found in one PDF")
    one.add_argument("file", type=Path, help="the document")

    one = command("check", run_check, "print what does not hold in one PDF or in every PDF of a folder")
    one.add_argument("path", type=Path, help="a document or a folder of documents")
    one.add_argument("--json", action="store_true", help="for programs: all checks, suspects and coverage")
    one.add_argument("--html", type=Path, metavar="FILE",
                     help="write the report as one self-contained page, and FILE.csv")
    one.add_argument("--checklist", type=Path, metavar="FILE",
                     help="write the finance bureau's checklist of disclosure as .xlsx")
    one.add_argument("--strict", action="store_true", help="exit status 1 if there is an error or a likely one")

    one = command("export", run_export, "a dataset -> one .xlsx workbook")
    folder(one, "--clean", "data/clean", "folder of the dataset")
    one.add_argument("file", type=Path, help="the workbook to write")

    one = command("cite", run_cite, "print a reference: of the dataset, or of rows, tables and documents by their ids")
    one.add_argument("ids", nargs="*", metavar="ID", help="doc_id, table_id, amount_id ... (default: the dataset)")
    folder(one, "--clean", "data/clean", "folder of the dataset")
    one.add_argument("--style", default="text", help="text, bibtex, csl-json or gbt7714")

    one = command("site", run_site, "the notebooks, the data dictionary and the reports -> pages that open from disk")
    folder(one, "--notebooks", "notebooks", "folder of the notebooks")
    folder(one, "--clean", "data/clean", "folder of the dataset")
    folder(one, "--out", "site", "folder of the pages")
    one.add_argument("--report", type=Path, action="append", default=[], metavar="FILE",
                     help="a Markdown file that becomes a page")
    return top


def run_build(options: argparse.Namespace) -> int:
    from .building.pipeline import build
    from .isolation.workers import Limits

    limits = Limits(options.timeout, options.memory * 1024**3)
    report = build(options.raw, options.clean, workers=options.workers, limits=limits, progress=not options.quiet,
                   format=options.format, scheduler=options.scheduler, recursive=options.recursive, force=options.force)
    print(say(str(report)))
    # A document that was not read, or a list that cannot be used, must not pass unseen in a script.
    return 2 if report.unread or report.notes else 0


def run_new(options: argparse.Namespace) -> int:
    from .showing.study import new

    print(*(path.as_posix() for path in new(options.folder, options.documents)), sep="\n")
    return 0


def run_read(options: argparse.Namespace) -> int:
    from .apart import read
    from .showing.summary import summary

    try:
        print(say(summary(read(options.file))))
    except UnreadableDocument as error:
        raise UnreadableDocument(f"{options.file}: {error}") from error
    return 0


def run_check(options: argparse.Namespace) -> int:
    from .checking.validation import as_json, validate_path
    from .showing import report

    if not options.path.exists():
        print(say(f"mingzhang: {options.path}: no such file or folder"), file=sys.stderr)
        return 2
    results = list(validate_path(options.path))
    if options.checklist:
        from .showing.checklist import write_checklist

        write_checklist(results, options.checklist, language())
        print(options.checklist)
    if options.html:
        table = options.html.with_suffix(".csv")
        options.html.write_text(report.as_html(results, language(), table.name), encoding="utf-8", newline="\n")
        report.write_findings(results, table)
        print(options.html, table, sep="\n")
    elif options.json:
        print(as_json(results))
    elif not options.checklist:
        print("\n".join(report.as_text(results, language())))
    if any(one.audit is None for one in results):
        return 2
    severities = {finding.severity for one in results if one.audit for finding in one.audit.findings}
    return int(options.strict and not severities.isdisjoint({"error", "likely"}))


def run_export(options: argparse.Namespace) -> int:
    from .dataset.load import load
    from .showing.workbook import write_xlsx

    write_xlsx(load(options.clean), options.file)
    print(options.file)
    return 0


def run_cite(options: argparse.Namespace) -> int:
    from .dataset.load import load
    from .showing.citation import cite

    print(cite(options.ids or None, load(options.clean), options.style))
    return 0


def run_site(options: argparse.Namespace) -> int:
    from .showing.site import build_site

    print(build_site(options.notebooks, options.clean, options.out, options.report)[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
