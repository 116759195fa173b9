"""The command line: `python -m mingzhang build|read|check|export|site`; every command is one library call."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from . import __version__
from .errors import MingzhangError, UnreadableDocument


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. The exit status is 0; 1 after one clear line on standard error; 2 if a build did not read every document."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except MingzhangError as error:
        print(f"mingzhang: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print("mingzhang: stopped; the same command goes on from here", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="mingzhang", description="Published government budgets and final accounts as checked data.")
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("build", help="a folder of PDFs -> a folder of CSVs")
    one.add_argument("--raw", type=Path, default=Path("data/raw"), help="folder of PDFs, with or without a sources.csv")
    one.add_argument("--clean", type=Path, default=Path("data/clean"), help="folder of the dataset (replaced as a whole)")
    one.add_argument("--workers", type=int, help="processes (default: one a core)")
    one.add_argument("--format", choices=("csv", "parquet"), default="csv", help="parquet for a large corpus (takes the extra scale)")
    one.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="read the documents on a Dask cluster (takes the extra scale)")
    one.add_argument("--timeout", type=float, default=600.0, metavar="SECONDS", help="limit for one document (default 600; a scanned page takes about 4)")
    one.add_argument("--memory", type=float, default=4.0, metavar="GIB", help="memory limit for one document (default 4)")
    one.add_argument("--recursive", action="store_true", help="also the folders within the folder of documents")
    one.add_argument("--force", action="store_true", help="replace a dataset even if fewer documents were read than it has")
    one.add_argument("--quiet", action="store_true", help="no progress bar")
    one.set_defaults(run=run_build)

    one = commands.add_parser("new", help="a folder for documents of one's own: sources.csv, mingzhang.toml, a notebook")
    one.add_argument("folder", type=Path)
    one.add_argument("documents", type=Path, nargs="*", help="files to copy into it")
    one.set_defaults(run=run_new)

    one = commands.add_parser("read", help="print what is found in one PDF")
    one.add_argument("file", type=Path)
    one.set_defaults(run=run_read)

    one = commands.add_parser("check", help="print what does not hold in one PDF or in every PDF of a folder")
    one.add_argument("path", type=Path)
    one.add_argument("--json", action="store_true", help="for programs: all checks, suspects and coverage")
    one.add_argument("--html", type=Path, metavar="FILE", help="write the report as one self-contained page, and FILE.csv")
    one.add_argument("--checklist", type=Path, metavar="FILE", help="write the finance bureau's checklist of disclosure as .xlsx")
    one.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the report (default en)")
    one.add_argument("--strict", action="store_true", help="exit status 1 if there is an error or a likely one")
    one.set_defaults(run=run_check)

    one = commands.add_parser("export", help="a dataset -> one .xlsx workbook")
    one.add_argument("--clean", type=Path, default=Path("data/clean"))
    one.add_argument("file", type=Path, help="the workbook to write")
    one.set_defaults(run=run_export)
    one = commands.add_parser("site", help="the notebooks, the data dictionary and the reports -> pages that open from disk")
    one.add_argument("--notebooks", type=Path, default=Path("notebooks"))
    one.add_argument("--clean", type=Path, default=Path("data/clean"))
    one.add_argument("--out", type=Path, default=Path("site"))
    one.add_argument("--report", type=Path, action="append", default=[], help="a Markdown file that becomes a page")
    one.set_defaults(run=run_site)
    return top


def run_build(options: argparse.Namespace) -> int:
    from .building.pipeline import build
    from .isolation.workers import Limits

    limits = Limits(options.timeout, options.memory * 1024**3)
    report = build(
        options.raw, options.clean, workers=options.workers, limits=limits, progress=not options.quiet, format=options.format,
        scheduler=options.scheduler, recursive=options.recursive, force=options.force,
    )  # fmt: skip
    print(report)
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
        print(summary(read(options.file)))
    except UnreadableDocument as error:
        raise UnreadableDocument(f"{options.file}: {error}") from error
    return 0


def run_check(options: argparse.Namespace) -> int:
    from .checking.validation import as_json, validate_path
    from .showing import report

    if not options.path.exists():
        print(f"mingzhang: {options.path}: no such file or folder", file=sys.stderr)
        return 2
    results = list(validate_path(options.path))
    if options.checklist:
        from .showing.checklist import write_checklist

        write_checklist(results, options.checklist, options.lang)
        print(options.checklist)
    if options.html:
        table = options.html.with_suffix(".csv")
        options.html.write_text(report.as_html(results, options.lang, table.name), encoding="utf-8", newline="\n")
        report.write_findings(results, table)
        print(options.html, table, sep="\n")
    elif options.json:
        print(as_json(results))
    elif not options.checklist:
        print("\n".join(report.as_text(results, options.lang)))
    if any(one.audit is None for one in results):
        return 2
    return int(options.strict and any(f.severity in ("error", "likely") for one in results if one.audit for f in one.audit.findings))


def run_export(options: argparse.Namespace) -> int:
    from .dataset.load import load
    from .showing.workbook import write_xlsx

    write_xlsx(load(options.clean), options.file)
    print(options.file)
    return 0


def run_site(options: argparse.Namespace) -> int:
    from .showing.site import build_site

    print(build_site(options.notebooks, options.clean, options.out, options.report)[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
