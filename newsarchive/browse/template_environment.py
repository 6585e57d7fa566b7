"""Templates to text: an environment of our own that always escapes.

Templates stand in templates/newsarchive/; a file of the same name in the folder `newsarchive` of
Datasette's --template-dir is taken instead. Tested in tests/browse/test_pages.py and test_safety.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from newsarchive import languages
from newsarchive.browse import filters, plots

TEMPLATES = Path(__file__).parent / "templates" / "newsarchive"

FILTERS = (
    "ago", "clock", "counted", "day", "lasting", "listed", "long_day", "machine", "number", "size", "web_url",
)  # fmt: skip


@lru_cache(maxsize=4)
def environment(folder: str | None) -> Environment:
    """The environment; `folder` is Datasette's template directory or None."""
    places = [Path(folder) / "newsarchive"] if folder else []
    loader = ChoiceLoader([FileSystemLoader(p) for p in (*places, TEMPLATES)])
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    for name in FILTERS:
        env.filters[name] = getattr(filters, name)
    env.filters |= {"direction": languages.direction, "language": languages.language_name}
    env.globals["signed"] = filters.signed
    env.globals["plots"] = plots
    return env


def render(template: str, values: Mapping[str, Any], *, folder: str | None = None) -> str:
    """The template's text, every value escaped unless it is `Markup` made by us."""
    return environment(folder).get_template(template).render(values)
