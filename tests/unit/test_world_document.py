"""docs/world.md says what is in the world: it is up to date and names every figure with a reason and a source.

Belongs here: the page against the figures.
Belongs elsewhere: the figures against the world (test_world_figures.py).
"""

from dataclasses import fields, is_dataclass

import pytest

from sample_data.world.document import PATH, write_document
from sample_data.world.setting import DEFAULT, Parameters

GROUPS = [each.name for each in fields(Parameters)]


def test_the_page_is_what_the_figures_say() -> None:
    assert PATH.read_text(encoding="utf-8") == write_document(), "run python -m sample_data.world.document"


@pytest.mark.parametrize("group", GROUPS)
def test_every_figure_has_a_reason_and_a_source_on_the_page(group: str) -> None:
    figures, page = getattr(DEFAULT, group), PATH.read_text(encoding="utf-8")
    assert is_dataclass(figures)
    for each in fields(figures):
        assert f"| `{each.name}` |" in page
        assert len(each.metadata["reason"]) > 5
        assert each.metadata["source"]
