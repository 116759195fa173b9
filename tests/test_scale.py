"""The same dataset at every size: CSV or Parquet, processes of this machine or a Dask cluster."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pypdfium2 as pdfium
import pytest
from pandera.errors import SchemaError

pytest.importorskip("reportlab", reason="synthetic documents need reportlab (the extra `synthetic`)")

import mingzhang as mz
from mingzhang import apart
from mingzhang.building import joining, parts, reader, stretches
from mingzhang.building.parts import pack, sound, unpack
from mingzhang.building.pipeline import Report, build
from mingzhang.building.reader import Range, read_part
from mingzhang.building.rows import rows_of
from mingzhang.dataset.contract import RESOURCES
from mingzhang.dataset.load import BadDataset, validate
from mingzhang.errors import BadOutput
from mingzhang.sources import Source
from synthetic import generate, write_corpus


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    list(write_corpus(folder, 5, seed=21))
    (folder / "torn.pdf").write_bytes(b"%PDF-1.7 torn")
    return folder


@pytest.fixture(scope="module")
def built(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return build(raw, tmp_path_factory.mktemp("csv") / "clean", workers=2)


@pytest.fixture(scope="module")
def as_csv(built: Report) -> mz.Dataset:
    return mz.load(built.clean)


@pytest.fixture(scope="module")
def as_parquet(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pyarrow", reason="Parquet needs pyarrow (the extra `scale`)")
    return build(raw, tmp_path_factory.mktemp("parquet") / "clean", workers=2, format="parquet").clean


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def assert_same(one: mz.Dataset, other: mz.Dataset) -> None:
    for name in RESOURCES:
        pd.testing.assert_frame_equal(one[name], other[name], obj=name)


# --- parquet ---------------------------------------------------------------------------------------------------------


def test_parquet_holds_what_csv_holds(as_parquet: Path, as_csv: mz.Dataset) -> None:
    assert len(list(as_parquet.glob("cells/*.parquet"))) == 1
    assert_same(mz.load(as_parquet), as_csv)


def test_parquet_in_several_files(raw: Path, as_csv: mz.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow", reason="Parquet needs pyarrow (the extra `scale`)")
    monkeypatch.setattr(joining, "ROWS_PER_FILE", 50)
    clean = build(raw, tmp_path / "clean", workers=2, format="parquet").clean
    assert len(list(clean.glob("cells/*.parquet"))) == len(list(clean.glob("cells/*"))) > 3
    assert_same(mz.load(clean), as_csv)


def test_parquet_is_the_same_bytes_every_time(raw: Path, as_parquet: Path, tmp_path: Path) -> None:
    assert content(build(raw, tmp_path / "clean", workers=1, format="parquet").clean) == content(as_parquet)


def test_changing_the_format_leaves_nothing_of_the_other(raw: Path, as_parquet: Path, as_csv: mz.Dataset, tmp_path: Path) -> None:
    clean = shutil.copytree(as_parquet, tmp_path / "clean")
    (clean / "figures").mkdir()
    (clean / "figures" / "kept.txt").write_text("kept")
    build(raw, clean, workers=2)
    assert not list(clean.rglob("*.parquet"))
    assert (clean / "figures" / "kept.txt").exists()
    assert_same(mz.load(clean), as_csv)


def test_duckdb_reads_it(as_parquet: Path, as_csv: mz.Dataset) -> None:
    duckdb = pytest.importorskip("duckdb", reason="queries over Parquet files need duckdb")
    (total,) = duckdb.execute(f"select sum(amount) from '{as_parquet}/amounts/*.parquet'").fetchone()
    assert Decimal(total) == sum(as_csv.amounts["amount"])


def test_unknown_format(raw: Path, tmp_path: Path) -> None:
    with pytest.raises(BadOutput, match="csv and parquet"):
        build(raw, tmp_path / "clean", format="xml")


# --- a cluster -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client() -> Any:
    distributed = pytest.importorskip("distributed", reason="a Dask cluster needs dask[distributed] (the extra `scale`)")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_cluster_gives_the_same_bytes(raw: Path, as_csv: mz.Dataset, tmp_path: Path, client: Any) -> None:
    assert content(build(raw, tmp_path / "clean", client=client).clean) == content(as_csv.folder)


def test_cluster_by_its_address(raw: Path, as_csv: mz.Dataset, tmp_path: Path, client: Any) -> None:
    assert content(build(raw, tmp_path / "clean", scheduler=client.scheduler.address).clean) == content(as_csv.folder)


def test_cluster_survives_hostile_documents(tmp_path: Path, client: Any) -> None:
    from hostile import CRAFTED, table_of

    from mingzhang.isolation.workers import Limits

    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "bad.pdf").write_bytes(CRAFTED["forms in forms"]())
    for number in range(3):
        (tmp_path / "raw" / f"good-{number}.pdf").write_bytes(table_of([b"%d.00" % number]))
    report = build(tmp_path / "raw", tmp_path / "clean", client=client, limits=Limits(seconds=120, memory=300 * 1024**2))
    assert {row["doc_id"]: row["status"] for row in report.documents} == {"bad": "failed", "good-0": "ok", "good-1": "ok", "good-2": "ok"}


def test_no_cluster_there(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="a Dask cluster needs dask[distributed] (the extra `scale`)")
    from mingzhang.building import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    with pytest.raises(cluster.BadCluster, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        list(cluster.run(read_part, [Source("a", raw / "torn.pdf")], None, None, "tcp://127.0.0.1:9"))


# --- very long documents ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one document of more pages than are read at once: a disclosure and blank pages again and again."""
    folder = tmp_path_factory.mktemp("long")
    with pdfium.PdfDocument.new() as whole, pdfium.PdfDocument(sorted(raw.glob("*.pdf"))[0]) as one:
        while len(whole) <= reader.LONG:
            whole.import_pages(one)
            for _ in range(5 * len(one)):
                whole.new_page(595, 842)
        whole.save(folder / "long.pdf")
    return folder


@pytest.fixture(scope="module")
def at_once(long: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "LONG", 10_000)
        return content(build(long, tmp_path_factory.mktemp("once") / "clean", workers=1).clean)


def test_very_long_document_in_ranges(long: Path, at_once: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for pages in (stretches.PAGES, 77):
        monkeypatch.setattr(stretches, "PAGES", pages)
        assert content(build(long, tmp_path / str(pages), workers=2).clean) == at_once
    assert sorted(os.listdir(tmp_path)) == ["100", "77"]


def test_very_long_document_on_a_cluster(long: Path, at_once: dict[str, bytes], tmp_path: Path, client: Any) -> None:
    assert content(build(long, tmp_path / "clean", client=client).clean) == at_once


def test_range_that_crashes_its_reader_costs_its_pages(long: Path, at_once: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = apart.read_stretch

    def crash(pdf: Any, source: Source, first: int, last: int) -> Any:
        if first == 101:
            os.kill(os.getpid(), signal.SIGSEGV)
        return read(pdf, source, first, last)

    monkeypatch.setattr(apart, "read_stretch", crash)
    report = build(long, tmp_path / "clean", workers=2)
    (row,) = report.documents
    assert row["status"] == "partial"
    assert "page 101: nothing was read from this page to page 200 (the reader crashed (signal 11))" in row["problems"].split("; ")
    pages = mz.load(tmp_path / "clean").amounts["page"]
    assert not pages.between(101, 200).any()
    (tmp_path / "whole").mkdir()
    for name, text in at_once.items():
        (tmp_path / "whole" / name).write_bytes(text)
    whole = mz.load(tmp_path / "whole").amounts["page"]
    assert pages[pages < 90].tolist() == whole[whole < 90].tolist()
    assert pages[pages > 220].tolist() == whole[whole > 220].tolist()


def test_ranges_that_were_read_are_not_read_again(long: Path, at_once: dict[str, bytes], tmp_path: Path) -> None:
    source = Source("long", long / "long.pdf")
    places = {"long": tmp_path / "ab" / "key.part"}
    done: list[Range] = []

    class Killed(Exception):
        pass

    def runner(function: Callable[[Any], Any], jobs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        for job in jobs:
            if isinstance(job, Range) and len(done) == 2:
                done.append(job)
                raise Killed
            if isinstance(job, Range):
                done.append(job)
            yield job, function(job)

    with pytest.raises(Killed):
        list(stretches.read_all([source], runner, places))
    ((_, packed),) = stretches.read_all([source], runner, places)
    assert [one.first for one in done] == [1, 101, 201, 201, 301]
    assert parts.unpack(packed).csv["amounts"] == at_once["amounts.csv"].decode().split("\n", 1)[1]
    assert not any(tmp_path.rglob("*.*-*")), "what was kept of the ranges is removed"


# --- parts -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    pdf = tmp_path_factory.mktemp("one") / "one.pdf"
    pdf.write_bytes(generate(3, "ministry_final").pdf)
    return rows_of(mz.read(pdf))


def test_rows_of_a_document_hold(rows: dict[str, list[Any]]) -> None:
    kept, left_out = sound(rows)
    assert kept == rows
    assert not left_out
    validate({name: RESOURCES[name].frame(rows[name]) for name in RESOURCES})


def broken(name: str, column: str, value: Any) -> Callable[[dict[str, list[Any]]], None]:
    def change(rows: dict[str, list[Any]]) -> None:
        rows[name][0] = replace(rows[name][0], **{column: value})

    return change


FAULTS = {
    "no value": broken("amounts", "amount", None),
    "no text": broken("cells", "table_id", ""),
    "unknown value": broken("amounts", "row_role", "sum"),
    "unknown form": broken("tables", "form", "unheard-of"),
    "binary float": broken("amounts", "amount", 1.5),
    "lost document": broken("tables", "doc_id", "another"),
    "lost table": broken("amounts", "table_id", "another/t01"),
    "twice": lambda rows: rows["amounts"].append(rows["amounts"][0]),
}


def schemas_hold(rows: dict[str, list[Any]]) -> None:
    for name, spec in RESOURCES.items():
        spec.schema.validate(spec.frame(rows[name]))


@pytest.mark.parametrize("fault", FAULTS)
def test_check_finds_what_the_schemas_find(rows: dict[str, list[Any]], fault: str) -> None:
    """The check that runs beside the reader and the pandera schemas come from one declaration and agree."""
    changed = {name: list(values) for name, values in rows.items()}
    FAULTS[fault](changed)
    kept, left_out = sound(changed)
    assert left_out
    validate({name: RESOURCES[name].frame(kept[name]) for name in RESOURCES})
    with pytest.raises((BadDataset, TypeError, ValueError)):
        validate({name: RESOURCES[name].frame(changed[name]) for name in RESOURCES})
    if not fault.startswith("lost"):  # a schema knows one table alone
        with pytest.raises((SchemaError, TypeError, ValueError)):
            schemas_hold(changed)


def test_rows_that_do_not_hold_cost_these_rows_only(raw: Path, built: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row without its value, one that stands twice, and a figure of the studies without a name: each is told, the rest is there."""
    unlucky = sorted(raw.glob("*.pdf"))[0].stem

    def spoilt(document: Any) -> dict[str, list[Any]]:
        rows = rows_of(document)
        if document.doc_id == unlucky:
            rows["amounts"][3] = replace(rows["amounts"][3], amount=None)
            rows["cells"].append(rows["cells"][0])
            rows["spending"][0] = replace(rows["spending"][0], name="")
        return rows

    monkeypatch.setattr(reader, "rows_of", spoilt)
    report = build(raw, tmp_path / "clean", workers=1)
    before, after = (dict(zip((row["doc_id"] for row in one.documents), one.counts, strict=True)) for one in (built, report))
    lost = {name: before[unlucky][name] - after[unlucky][name] for name in RESOURCES}
    assert {name: number for name, number in lost.items() if number} == {"amounts": 1, "coverage": 1, "spending": 1}
    assert all(before[name] == after[name] for name in before if name != unlucky)
    row = next(row for row in report.documents if row["doc_id"] == unlucky)
    assert row["status"] == "partial"
    assert "rows of amounts left out (amount is empty)" in row["problems"]
    assert "stands twice" in row["problems"]
    assert "rows of spending left out (name is empty)" in row["problems"]
    mz.load(tmp_path / "clean")


def test_packing_is_undone(raw: Path) -> None:
    rows = read_part(Source("a", sorted(raw.glob("*.pdf"))[0]))
    part = unpack(pack(rows))
    assert part.counts == {name: len(values) for name, values in rows.items()}
    assert part.document["doc_id"] == "a"
    with pytest.raises(ValueError, match="not a packed part"):
        unpack(b"x")
