"""The rows by date are checked when they are read, and the page made of them is up to date."""

from pathlib import Path

import pytest

from data_quality.contract import load_contract
from tests.unit.test_policy import edit
from tidewaiter.errors import PolicyError
from tidewaiter.features.catalog import load_catalog
from tidewaiter.policy import load_policy
from tidewaiter.regime.compliance import COMPLIANCE_TABLES
from tidewaiter.regime.document import PATH, render_document
from tidewaiter.regime.policy import SIGNAL_CODES, Element
from tidewaiter.regime.relation import SQL
from tidewaiter.regime.signal import ELEMENT_TEXTS
from tidewaiter.settings import SHIPPED_POLICY

CHINA = "overrides: [low_value_limit_800, entry_type_86_test]\n    effects:\n      - {origins: [CN, HK], eligible"
POSTAL = (
    "overrides: [china_hong_kong_ineligible, all_origins_ineligible]\n    effects:\n      - {modes: mail, entry_types"
)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            CHINA,
            CHINA.replace("low_value_limit_800, ", ""),
            "low_value_limit_800 and rows.china_hong_kong_ineligible .* eligible",
        ),
        (POSTAL, POSTAL.replace("all_origins_ineligible", "low_value_penalty"), "postal_.* contradict .* duty_method"),
        ("id: low_value_penalty", "id: ieepa_duties_end", r"rows: .*ieepa_duties_end: an id is used once"),
        (
            "valid_from: 2025-08-03\n    valid_to: null",
            "valid_from: 2025-08-03\n    valid_to: 2025-08-03",
            "not before",
        ),
        ("origins: [CN, HK], eligible", "origins: [CN, ZZ], eligible", "china_hong_kong_ineligible.*ZZ: no origin"),
        ('mail: ["50"]', 'mail: ["51"]', "mode_groups: .*51: no mode"),
        ("modes: air, required", "modes: rail, required", "rail: no group of modes"),
        ('exemption_types: ["321", "86"]', 'exemption_types: ["321", "87"]', "87: no entry type"),
        ('entry_types: ["86"], legal: false', 'entry_types: ["88"], legal: false', "88: no entry type"),
        ("checked: notice", "checked: perhaps", r"rows.\d+.checked"),
        ("owner: trade policy", "owned: trade policy", r"rows.\d+.owned"),
        ("overrides: [entry_type_86_test]\n", "overrides: [nothing]\n", "overrides nothing: no such row"),
        ("overrides: []", "overrides: [low_value_limit_200]", "overrides itself"),
        ("barred since {since}", "barred since {ever}", "ever: nothing fills this in"),
        ("  DATA_MISSING_SOFT:", "  DATA_MISSING_HARD:", r"signals"),
        ("time_zone: America/New_York", "time_zone: America/Nowhere", "no time zone"),
        ('{entry_types: ["01"], legal: true}', '{entry_types: ["01"]}', "answers at least one question"),
        ("{usd: 200}", "{usd: 200, up_to_share: 0.5}", "the last alone"),
        ("limit_usd: 2500\n    effects", "effects", "needs limit_usd"),
    ],
)
def test_a_wrong_row_is_refused_with_file_row_and_question(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(PolicyError, match=rf"(?s)regimes\.yml: .*{message}"):
        load_policy(edit(tmp_path / "p", "regimes.yml", old, new))


def test_a_folder_without_the_file_takes_the_shipped_one(tmp_path: Path) -> None:
    policy = load_policy(edit(tmp_path / "p", "queues.yml", "default_capacity: 10", "default_capacity: 3"))
    assert policy.regimes == load_policy(SHIPPED_POLICY).regimes


def test_a_changed_row_changes_the_policy_version(tmp_path: Path) -> None:
    changed = load_policy(edit(tmp_path / "p", "regimes.yml", "severity: low", "severity: medium"))
    assert changed.version != load_policy(SHIPPED_POLICY).version


def test_the_page_of_the_rows_is_up_to_date() -> None:
    shipped = render_document(load_policy(SHIPPED_POLICY).regimes)
    assert PATH.read_text(encoding="utf-8") == shipped, "run python -m tidewaiter.regime.document"


def test_every_element_has_words_and_a_look_at_the_shipment() -> None:
    elements = set(Element.__args__)  # type: ignore[attr-defined]
    query = (SQL / "data_signal.sql").read_text(encoding="utf-8")
    assert set(ELEMENT_TEXTS) == elements
    assert {each for each in elements if f"'{each}'" not in query} == set()


def test_every_signal_has_words_a_feature_and_a_place_in_the_contract() -> None:
    contract = load_contract(COMPLIANCE_TABLES[1])
    (rule,) = contract.column("signal_code").rules
    behind = {code for feature in load_catalog().features for code in feature.signals}
    assert set(rule.arguments["value_set"]) == set(SIGNAL_CODES) == behind
    assert set(load_policy(SHIPPED_POLICY).regimes.signals) == behind


def test_no_column_of_the_signals_is_personal() -> None:
    assert all(not load_contract(table).personal_names for table in COMPLIANCE_TABLES)
