"""The file of duty facts: what it must say, and what contradicts itself in it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tidewaiter.errors import PolicyError
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY

Edit = Callable[[dict[str, Any]], None]


def load_edited(folder: Path, edit: Edit) -> None:
    folder.mkdir()
    document = yaml.safe_load((SHIPPED_POLICY / "duties.yml").read_text(encoding="utf-8"))
    edit(document)
    (folder / "duties.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    load_policy(folder)


def find_fact(document: dict[str, Any], fact_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(fact for fact in document["facts"] if fact["id"] == fact_id)
    return found


def lengthen_list_3(document: dict[str, Any]) -> None:
    find_fact(document, "s301_list_3_2018")["valid_to"] = date(2019, 5, 10)


def widen_floor(document: dict[str, Any]) -> None:
    find_fact(document, "s301_forced_labor_10_total")["origins"].append("JP")


def repeat_id(document: dict[str, Any]) -> None:
    find_fact(document, "s301_list_2")["id"] = "s301_list_1"


def drop_why(document: dict[str, Any]) -> None:
    del find_fact(document, "s338_canada")["why_unknown"]


def drop_doubt(document: dict[str, Any]) -> None:
    del find_fact(document, "s301_list_3_2018")["remark"]


def name_no_group(document: dict[str, Any]) -> None:
    find_fact(document, "s301_brazil")["origins"] = ["mercosur"]


def turn_days(document: dict[str, Any]) -> None:
    find_fact(document, "s122_surcharge")["valid_to"] = date(2026, 1, 1)


def add_key(document: dict[str, Any]) -> None:
    find_fact(document, "s122_surcharge")["colour"] = "red"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lengthen_list_3, r"duties.yml: .*s301_list_3_2018 and s301_list_3 give a rate for the same goods"),
        (widen_floor, r"duties.yml: .*s301_forced_labor_10_total and s301_forced_labor_12_total"),
        (repeat_id, r"duties.yml: .*the id s301_list_1 is used twice"),
        (drop_why, r"duties.yml: .*s338_canada: why_unknown is missing"),
        (drop_doubt, r"duties.yml: .*s301_list_3_2018: an unchecked row says in its remark"),
        (name_no_group, r"duties.yml: .*there is no group of origins mercosur"),
        (turn_days, r"duties.yml: .*s122_surcharge: valid_to is before valid_from"),
        (add_key, r"duties.yml: facts.\d+.colour"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_the_rows_that_do(
    tmp_path: Path, edit: Edit, message: str
) -> None:
    with pytest.raises(PolicyError, match=message):
        load_edited(tmp_path / "policy", edit)


def test_a_row_holds_from_its_first_to_its_last_day() -> None:
    facts = {fact.id: fact for fact in load_policy(SHIPPED_POLICY).duties.facts}
    days = [date(2026, 2, 23), date(2026, 2, 24), date(2026, 7, 23), date(2026, 7, 24)]
    assert [facts["s122_surcharge"].holds_on(day) for day in days] == [False, True, True, False]
    assert facts["s301_list_1"].holds_on(date(2099, 1, 1))


def test_every_fact_names_its_source_and_none_claims_a_notice_that_was_not_read() -> None:
    duties = load_policy(SHIPPED_POLICY).duties
    assert all(row.source and row.owner and row.sentence for row in duties.rows)
    assert {row.checked for row in duties.rows} == {"secondary", "unchecked"}
