"""When a goods text speaks against its tariff heading: the model of policy/text.yml.

Belongs here: its keys and their bounds, the names of the figures.
Belongs elsewhere: the numbers (policy/text.yml), what is done with them (learn.py, judge.py), vague terms (words.yml).
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# What the words of a text say of its tariff heading.
FIGURES = (
    "text_heading_log_ratio", "text_chapter_log_ratio", "text_other_log_ratio", "text_better_headings_n",
    "text_doubt_bits", "text_bits", "text_likely_heading",
)  # fmt: skip
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(gt=0)]


class Text(BaseModel):
    """What past entries and the tariff teach of words, and when a text is not judged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clear_days: Annotated[int, Field(ge=1)]
    spoiled_by: tuple[Annotated[str, Field(pattern=r"^[A-Z_]+$")], ...]
    half_life_days: Weight
    forget_weight: Annotated[float, Field(ge=0)]
    max_lessons_n: Annotated[int, Field(ge=1)]
    tariff_weight: Annotated[float, Field(ge=0)]
    heading_weight: Weight
    smoothing: Weight
    evidence_share: Annotated[float, Field(gt=0, le=1)]
    most_words_n: Annotated[int, Field(ge=1)]
    least_word_bits: Annotated[float, Field(ge=0)]
    least_known_share: Share
    most_vague_share: Annotated[float, Field(gt=0, le=1)]
    least_bits: Annotated[float, Field(ge=0)]
