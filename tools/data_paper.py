"""The data paper, docs/data-paper.md, from its template, the dataset, the measurements and the executed notebooks.

    python tools/data_paper.py      a step of `make`, after the notebooks
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
import yaml

import mingzhang as mz
from mingzhang.studies import coding

REPO = Path(__file__).resolve().parent.parent
TEMPLATE, PAPER = REPO / "docs" / "data-paper.md.j2", REPO / "docs" / "data-paper.md"


def main() -> None:
    PAPER.write_text(paper(), encoding="utf-8")


def paper() -> str:
    """The text of the data paper."""
    template = jinja2.Template(TEMPLATE.read_text(encoding="utf-8"), undefined=jinja2.StrictUndefined,
                               keep_trailing_newline=True)
    cited = yaml.safe_load((REPO / "CITATION.cff").read_text(encoding="utf-8"))
    about = {"title": cited["title"], "version": cited["version"], "released": cited["date-released"],
             "license": cited["license"], "authors": ", ".join(one["name"] for one in cited["authors"])}
    return template.render(**about, **dataset(), **reading(), **text(), said=said())


def dataset() -> dict[str, Any]:
    data = mz.load(REPO / "data" / "clean", verify=False)
    documents, projects = data.documents, data.kpi_projects
    indicators = data.kpi_indicators["project_id"].map(projects.set_index("project_id")["doc_id"]).value_counts()
    sizes = documents.assign(amounts=documents["doc_id"].map(data.amounts["doc_id"].value_counts()),
                             indicators=documents["doc_id"].map(indicators).fillna(0).astype(int))
    checked = data.checks["status"].value_counts()
    with (REPO / "data" / "raw" / "restored.csv").open(encoding="utf-8") as lines:
        kinds = [row["kind"] for row in csv.DictReader(lines)]
    return {
        "documents": sizes.to_dict("records"), "agencies": documents["agency_id"].nunique(),
        "pages": documents["pages"].sum(),
        "years": " to ".join(str(year) for year in sorted({documents["fiscal_year"].min(),
                                                           documents["fiscal_year"].max()})),
        "amounts": len(data.amounts), "claims": len(data.claims), "projects": len(projects),
        "indicators": len(data.kpi_indicators), "checked": checked.to_dict(),
        "tested": checked.drop("untestable").sum(),
        "confirmed": f"{(data.coverage['confirmations'] > 0).sum() / len(data.amounts):.1%}",
        "found": data.findings["severity"].value_counts().to_dict(), "restored": kinds.count("restored"),
        "uncertain": kinds.count("uncertain"), "example": mz.cite(data.amounts.iloc[0], data),
    }


def reading() -> dict[str, Any]:
    """What programs read right of the golden documents (data/bench/accuracy.csv)."""
    rows = pd.read_csv(REPO / "data" / "bench" / "accuracy.csv").query("corpus == 'golden'")
    sums = rows.groupby("program")[["facts", "under_header", "right_in_all"]].sum()
    shares = sums[["under_header", "right_in_all"]].div(sums["facts"], axis=0)
    best = shares["under_header"].drop("mingzhang").idxmax()
    return {"golden": sums["facts"].max(), "golden_documents": rows["document"].nunique(), "best": best,
            "under_header": {best: f"{shares['under_header'][best]:.1%}"},
            "right": f"{shares['right_in_all']['mingzhang']:.1%}"}


def text() -> dict[str, Any]:
    """The program's codes against those of readers (tests/golden/coding.csv)."""
    rows = coding.readings(REPO / "tests" / "golden" / "coding.csv")
    own = rows[rows["code"] != "level_fits"]
    left = own[own["part"] == "left out"]
    found, first, learned = (coding.agreement(own), coding.agreement(left, "first"),
                             coding.agreement(left, "learned")["F1"].dropna())

    def told(one: Any) -> str:
        return ("never set" if pd.isna(one.value if hasattr(one, "value") else one)
                else f"{one.value:.2f} [{one.low:.2f}, {one.high:.2f}]")

    codes = [{"code": code, "n": one["n"], "set": one["set"], "first": told(first["F1"][code]),
              "kappa": f"{coding.kappa(part['a'], part['b']):.2f}",
              **{name: told(one[name]) for name in ("precision", "recall", "F1")}}
             for (code, one), (_, part) in zip(found.iterrows(), own.groupby("code", sort=False), strict=True)]
    worst, best = min(one.value for one in learned), max(one.value for one in learned)
    return {"codes": codes, "learned": f"{worst:.2f} to {best:.2f}",
            "coded": {"indicators": rows["id"].nunique(), "projects": rows["project"].nunique(),
                      "decisions": len(rows), "differ": (rows["a"] != rows["b"]).sum()}}


def said() -> dict[str, list[str]]:
    """The sentences that the notebooks compute, by the notebook's title."""
    out: dict[str, list[str]] = {}
    for path in sorted((REPO / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        printed = "".join("".join(output.get("text", ())) for cell in cells if cell["id"].startswith("said-")
                          for output in cell["outputs"])
        if printed:
            out["".join(cells[0]["source"]).splitlines()[0].lstrip("# ")] = [
                line for line in printed.splitlines() if line]
    return out


if __name__ == "__main__":
    main()
