"""The expression of a rule: what it may say, what it means, and what is refused.

Belongs here: single expressions over single figures.
Belongs elsewhere: rules with owners and dates (test_rules.py).
"""

import polars as pl
import pytest

from tidewaiter.rules.expression import parse_expression
from tidewaiter.rules.syntax import LONGEST, ExpressionError

ROWS = pl.DataFrame({
    "value_usd": [5.0, 750.0, None, float("nan")],
    "pieces_n": [0.0, 2.0, 1.0, 4.0],
    "is_air": [1.0, 0.0, None, 1.0],
})  # fmt: skip


def evaluate(text: str) -> list[bool | None]:
    found: list[bool | None] = ROWS.select(met=parse_expression(text).value)["met"].to_list()
    return found


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("is_air and value_usd < 10", [True, False, None, None]),
        ("is_air or value_usd >= 750", [True, True, None, True]),
        ("not is_air", [False, True, None, False]),
        ("value_usd between 700 and 800", [False, True, None, None]),
        ("pieces_n in (1, 2)", [False, True, True, False]),
        ("pieces_n not in (1, 2)", [True, False, False, True]),
        ("coalesce(value_usd, 0) = 0", [False, False, True, True]),
        ("value_usd is null", [False, False, True, True]),
        ("is_air is not null", [True, True, False, True]),
        ("-pieces_n < -1.5", [False, True, False, True]),
        ("2 * pieces_n + 1 <> 5", [True, False, True, True]),
        ("abs(pieces_n - 3) = 1", [False, True, False, True]),
        ("value_usd != 5 -- a remark", [False, True, None, None]),
    ],
)
def test_an_expression_means_what_it_says(text: str, met: list[bool | None]) -> None:
    assert evaluate(text) == met


def test_what_is_divided_by_nothing_is_not_known() -> None:
    assert evaluate("value_usd / pieces_n > 100") == [None, True, None, None]


def test_the_least_of_what_is_partly_unknown_is_not_known() -> None:
    assert evaluate("least(value_usd, 6) > 4") == [True, True, None, None]
    assert evaluate("greatest(value_usd, 6) > 4") == [True, True, None, None]


def test_a_row_of_which_too_little_is_known_does_not_meet_it() -> None:
    met = ROWS.select(met=parse_expression("value_usd < 10").is_met)["met"].to_list()
    assert met == [True, False, False, False]


def test_an_expression_knows_its_features_in_the_order_of_the_catalog() -> None:
    assert parse_expression("is_air and (pieces_n > 1 or value_usd > 1)").columns == ("value_usd", "pieces_n", "is_air")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("moon_phase > 1", "moon_phase: the feature catalog has no such column"),
        ("t.value_usd > 1", "the feature catalog has no such column"),
        ("shipment_id = 1", "the feature catalog has no such column"),
        ("value_usd", "it is a number"),
        ("1 > 0", "it names no feature"),
        ("value_usd and is_air", "value_usd: and takes yes or no"),
        ("is_air > 1", "is_air: a comparison takes numbers"),
        ("coalesce(is_air, 1) > 0", "mixes numbers with yes and no"),
        ("value_usd > 'ten'", "is no number"),
        ("value_usd > null", "is no number"),
        ("value_usd > 1e400", "is no number"),
        ("value_usd > 99999999999999999999", "is no number"),
        ("value_usd >", "cannot be read"),
        ("", "cannot be read"),
        ("value_usd > 1; select 1", "cannot be read"),
        ("value_usd > 1) from t where (1 = 1", "more than one expression"),
        ("value_usd > 1, is_air", "has no place in a rule"),
        ("value_usd > $x", "parameter has no place in a rule"),
        ("value_usd > (select 1)", "subquery has no place in a rule"),
        ("read_csv('secret.csv') > 1", "read_csv has no place in a rule"),
        ("getenv('PATH') is null", "getenv has no place in a rule"),
        ("sum(value_usd) > 1", "sum has no place in a rule"),
        ("row_number() over () > 1", "row number has no place in a rule"),
        ("value_usd::varchar is null", "cast has no place in a rule"),
        ("case when is_air then is_air else is_mail end", "case has no place in a rule"),
        ("value_usd is distinct from 1", "has no place in a rule"),
        ("* > 1", "star has no place in a rule"),
        ("abs(value_usd, 1) > 0", "abs has 2 arguments"),
    ],
)
def test_what_no_rule_may_say_is_refused_with_its_part(text: str, why: str) -> None:
    with pytest.raises(ExpressionError, match=why.replace("(", r"\(")):
        parse_expression(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("value_usd between 5 and 1", "the smaller comes first: between 1 and 5"),
        ("not value_usd between 5 and 1", "the smaller comes first"),
        ("value_usd between -1 and -1.5", "between -1.5 and -1"),
        ("value_usd between 2 * 3 and 1", "between 1 and 6"),
        ("value_usd / 0 > 1", "divided by 0 is not known"),
        ("value_usd / 0.0 > 1", "divided by 0 is not known"),
        ("value_usd / (1 - 1) > 1 or is_air", "divided by 0 is not known"),
        ("value_usd = null", "null is no number and equals none, so that it is never met: write is null"),
        ("value_usd <> null or is_air", "null is no number"),
        ("value_usd > 10 and value_usd < 5", "asks of value_usd excludes itself"),
        ("value_usd > 10 and (is_air and 10 > value_usd)", "asks of value_usd excludes itself"),
        ("value_usd < 5 and value_usd >= 5", "asks of value_usd excludes itself"),
        ("hts_chapter = 30 and hts_chapter = 84", "asks of hts_chapter excludes itself"),
        ("hts_chapter in (28, 29, 38) and hts_chapter between 84 and 85", "asks of hts_chapter excludes itself"),
        ("vague_words_share >= 50", "vague_words_share is a share, from 0 to 1"),
        ("value_usd > 1 and 1 > 2", "names no feature, so that it is always met or never"),
        ("value_usd > 1 or 2 in (1, 2)", "names no feature, so that it is always met or never"),
    ],
)
def test_what_can_never_be_met_is_refused_with_what_to_write(text: str, why: str) -> None:
    with pytest.raises(ExpressionError, match=why):
        parse_expression(text)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("value_usd between 5 and 5", [True, False, None, None]),
        ("value_usd >= 5 and value_usd <= 5", [True, False, None, None]),
        ("value_usd > 10 or value_usd < 5", [False, True, None, None]),
        ("value_usd < 100 and (value_usd > 600 or value_usd < 10)", [True, False, None, None]),
        ("value_usd > 10 and not value_usd < 5", [False, True, None, None]),
        ("value_usd not in (5, 6) and value_usd <> 5", [False, True, None, None]),
        ("0 / (pieces_n + 1) = 0", [True, True, True, True]),
        ("value_usd between pieces_n and 5", [True, False, None, None]),
    ],
)
def test_what_can_be_met_is_not_taken_for_what_never_is(text: str, met: list[bool | None]) -> None:
    assert evaluate(text) == met


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("is_mail = true", "true is not written .* write is_mail for yes, not is_mail for no"),
        ("false = is_mail", "false is not written .* write is_mail for yes, not is_mail for no"),
        ("is_mail is true", "true is not written .* write is_mail for yes"),
        ("is_mail is not false and value_usd > 1", "false is not written .* write is_mail for yes"),
        ("coalesce(is_mail, false)", "false is not written .* is_mail is null for not known"),
        ("is_mail or TRUE", "true is not written .* write is_mail for yes"),
        ("value_usd = true", "true is not written .* stands alone"),
        ("true", "true is not written .* stands alone"),
    ],
)
def test_true_and_false_are_refused_with_what_to_write_instead(text: str, why: str) -> None:
    with pytest.raises(ExpressionError, match=why):
        parse_expression(text)


def test_an_endless_expression_is_refused_before_it_is_read() -> None:
    with pytest.raises(ExpressionError, match="characters"):
        parse_expression("(" * LONGEST + "is_air" + ")" * LONGEST)


NESTED = {
    "not": "not " * 245 + "is_air",
    "sum": "+".join(["1"] * 480) + " > pieces_n",
    "minus": "- " * 480 + "pieces_n > 1",
    "brackets of abs": "abs(" * 190 + "pieces_n" + ")" * 190 + " > 1",
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_parts_nested_too_deep_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="parts inside each other"):
        parse_expression(text)


@pytest.mark.parametrize("text", [
    "least(" * 50 + "pieces_n" + ", 1)" * 50 + " > 1",
    "1 / (" * 50 + "pieces_n" + ")" * 50 + " > 1",
])  # fmt: skip
def test_an_expression_that_doubles_at_each_step_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="steps to evaluate"):
        parse_expression(text)


def test_a_long_flat_expression_is_evaluated() -> None:
    assert evaluate(" or ".join(["is_air"] * 90)) == [True, False, None, True]
    assert evaluate(f"pieces_n in ({', '.join(str(number) for number in range(1, 200))})") == [False, True, True, True]


def test_a_number_too_large_for_the_parser_is_named_in_words() -> None:
    with pytest.raises(ExpressionError, match="so large a number"):
        parse_expression("value_usd > 99999999999999999999")
