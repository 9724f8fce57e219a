"""What policy/screening.yml may say.

Belongs here: the model of the file.
Belongs elsewhere: the numbers (policy/screening.yml), what is done by them (screen.py, watchlist.py).
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_quality.codes import load_codes

Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Accepted(_Part):
    """A copy of a list that a person has found right although it shrank or is old.

    Attributes:
        edition: date of the copy; of a list that is gone, the first night without it.
    """

    list: Text
    edition: date
    reason: Text
    owner: Text


class Screening(_Part):
    """When a name on a shipment is told as a listed one, and which lists are fit to screen against."""

    tell_score: Share
    near_score: Share
    country_raises: Share
    country_lowers: Share
    neighbours_n: Annotated[int, Field(ge=1)]
    least_cosine: Annotated[float, Field(gt=0, le=1)]
    max_shrink_share: Share
    stop_list_age_days: Annotated[int, Field(ge=1)]
    accept: tuple[Accepted, ...]
    goods_lists: tuple[str, ...]
    goods_least_chars: Annotated[int, Field(ge=1)]
    places: tuple[str, ...]
    places_programme: Text
    address_words: tuple[str, ...]
    country_names: dict[Text, Text]
    common_words: tuple[str, ...]

    @model_validator(mode="after")
    def _countries_have_codes(self) -> "Screening":
        unknown = sorted(set(self.country_names.values()) - set(load_codes()["country"]))
        if unknown:
            raise ValueError(f"country_names has codes of no country: {', '.join(unknown)}")
        return self

    def accepts(self, code: str, edition: date) -> bool:
        """Return whether a person has accepted this copy of a list."""
        return any(each.list == code and each.edition == edition for each in self.accept)
