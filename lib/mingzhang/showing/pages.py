"""Pages: the HTML and text files of site_assets, as templates in which texts of documents are escaped."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from ..language import language, say


def asset(name: str) -> str:
    """The text of a file of site_assets."""
    return (files(__package__) / "site_assets" / name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    made = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined,
                       loader=FunctionLoader(asset))
    made.filters |= {"shown": text_of, "said": lambda text: say(str(text))}
    made.globals["language"] = language
    return made


def template(name: str) -> Template:
    """A file of site_assets as a template."""
    return environment().get_template(name)


def text_of(value: Any) -> str:
    """A value as the tables show it: money with thousands separators, nothing for what is missing."""
    if value is None or value is pd.NA or value != value:
        return ""
    return f"{value:,}" if isinstance(value, Decimal) else str(value)


def html_table(frame: pd.DataFrame, caption: str) -> Markup:
    """A frame as an HTML table with a caption; numbers to the right, every text escaped."""
    return Markup(template("table.html").render(frame=frame, caption=caption))
