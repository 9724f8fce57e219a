"""What policy/parties.yml and policy/words.yml may say.

Belongs here: the models of the two files.
Belongs elsewhere: the numbers and words (policy/), what is done by them (link.py, normalise.py).
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
# Its spellings and short forms, as keys of names have them.
GivenName = Annotated[str, Field(pattern=r"^[a-z]+( [a-z]+)*$")]
Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Part):
    """Words that say too little, or name a legal form."""

    vague_terms: tuple[str, ...]
    placeholder_names: tuple[str, ...]
    legal_forms: tuple[str, ...]
    short_words: dict[str, str]


class Same(_Part):
    """Parties that a person has found to be one; the first is kept."""

    party_ids: Annotated[tuple[Text, ...], Field(min_length=2)]
    reason: Text
    owner: Text


class Apart(_Part):
    """Spellings that a person has found to be another party than the keys say."""

    spelling_ids: Annotated[tuple[Text, ...], Field(min_length=1)]
    reason: Text
    owner: Text


class Parties(_Part):
    """When two spellings are one party."""

    sender_threshold: Share
    receiver_threshold: Share
    max_party_names: Annotated[int, Field(ge=2)]
    max_shared_names: Annotated[int, Field(ge=2)]
    max_run_names: Annotated[int, Field(ge=2)]
    looked_at_n: Annotated[int, Field(ge=1)]
    neighbours_n: Annotated[int, Field(ge=1)]
    neighbour_cosine: Annotated[float, Field(gt=0, le=1)]
    min_phone_digits: Annotated[int, Field(ge=1)]
    street_words: dict[str, str]
    direction_words: dict[str, str]
    unit_words: tuple[str, ...]
    generic_words: tuple[str, ...]
    given_names: tuple[GivenName, ...]
    same: tuple[Same, ...]
    apart: tuple[Apart, ...]

    @property
    def apart_ids(self) -> tuple[str, ...]:
        """Every spelling that is a party of its own, in order."""
        return tuple(sorted({spelling for each in self.apart for spelling in each.spelling_ids}))
