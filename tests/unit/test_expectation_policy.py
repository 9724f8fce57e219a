"""policy/expectations.yml: what it may say, and how a mistake in it is named."""

from pathlib import Path

import pytest

from data_quality.contract import load_contract
from data_quality.expectation_policy import Expectations, is_coded
from tidewaiter.errors import PolicyError
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY

SHIPPED = (SHIPPED_POLICY / "expectations.yml").read_text(encoding="utf-8")


def load(folder: Path, old: str, new: str) -> Expectations:
    assert old in SHIPPED
    (folder / "expectations.yml").write_text(SHIPPED.replace(old, new), encoding="utf-8")
    return load_policy(folder).expectations


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("core.shipment:", "core.shipmant:", r"tables\.core\.shipmant\.\[key\]: no contract promises such a table"),
        ("core.shipment:", "raw.exam_finding:", r"tables\.raw\.exam_finding.*what lands is expected of `feeds`"),
        ("port_code:", "prot_code:", r"tables\.core\.shipment\.columns\.prot_code: the table has no such column"),
        ("exam_finding:", "exam_findings:", r"feeds\.exam_findings\.\[key\]: there is no such feed"),
        ("description: {fill", "description: {drift: {max_psi: 0.2}, fill", r"columns\.description\.drift: .*coded"),
        ("name: {fill", "name: {check_digit: {max: 0.1}, fill", r"shipment_party\.columns\.name\.check_digit: "),
        ("hts10: {fill", "hts10: {zeros: {max: 0.1}, fill", r"columns\.hts10\.zeros: the column is not a number"),
        ("hts10: {fill", "hts10: {ahead: {max_days: 1}, fill", r"columns\.hts10\.ahead: .*neither a timestamp"),
        ("max_psi: 0.25", "max_pis: 0.25", r"drift\.max_pis"),
        ("min_share_of_usual: 0.8", "min_share_of_usual: 1.8", r"feeds\.ofac_sdn\.rows\.min_share_of_usual"),
        ("refused_files: 0", "refused_files: -1", r"every_feed\.refused_files"),
        ("accepted: []", "accepted: [{date: 2026-11-26, table: raw.none, rule: r, reason: r, by: b}]", r"accepted\.0"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(PolicyError, match=rf"expectations\.yml: .*{named}"):
        load(tmp_path, old, new)


def test_a_feed_takes_the_keys_it_leaves_out_from_those_of_every_feed() -> None:
    expectations = load_policy(SHIPPED_POLICY).expectations
    findings, entries = expectations.feed("exam_finding"), expectations.feed("low_value_entry")
    assert findings.rows is not None
    assert entries.rows is not None
    assert (findings.rows.min_share_of_usual, entries.rows.min_share_of_usual) == (None, 0.4)
    assert findings.held_share == entries.held_share == expectations.every_feed.held_share
    assert expectations.feed("a_feed_to_come") == expectations.every_feed


def test_a_folder_without_the_file_takes_the_shipped_one(tmp_path: Path) -> None:
    policy = load_policy(tmp_path)
    assert policy.expectations == load_policy(SHIPPED_POLICY).expectations
    assert "expectations.yml" in policy.shipped_files


def test_accepting_a_night_changes_no_version_that_is_stamped_on_rows(tmp_path: Path) -> None:
    accepted = "accepted: [{date: 2026-11-26, table: core.shipment, rule: r, reason: a holiday, by: me}]"
    assert load(tmp_path, "accepted: []", accepted).accepted[0].reason == "a holiday"
    assert load_policy(tmp_path).version == load_policy(SHIPPED_POLICY).version


def test_a_column_is_coded_when_its_values_have_a_closed_form() -> None:
    shipment = load_contract("core.shipment")
    coded = {column.name for column in shipment.columns if is_coded(column)}
    assert {"port_code", "mode_code", "origin_country", "is_screened"} <= coded
    assert not coded & {"description", "shipment_id", "conveyance", "source_file"}
