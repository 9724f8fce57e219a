"""Renders the data quality report: one page that needs nothing but itself.

Belongs here: the template's environment, and a policy for browsers that lets nothing in.
Belongs elsewhere: what the page says (page.py and tidewaiter/quality), layout (templates).
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from data_quality.chart import HEIGHT, WIDTH
from data_quality.page import SIGNS, TONE_WORDS, Page

TEMPLATES = Path(__file__).parent / "templates"
TEMPLATE = "report.html.j2"
STYLE = "report.css"


def render_report(page: Page) -> str:
    """Return the page as HTML; every text in it is escaped."""
    style = read_style()
    digest = digest_style(style)
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(page=page, style=style, style_digest=digest, signs=SIGNS, tones=TONE_WORDS, width=WIDTH, height=HEIGHT)
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def read_style() -> str:
    """Return the style that every page for people has."""
    return (TEMPLATES / STYLE).read_text(encoding="utf-8")


def digest_style(style: str) -> str:
    """Return the digest by which a page's policy lets this style in, and no other."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
