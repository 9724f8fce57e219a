"""A night of the old law and one of the new, each judged by its own date, from landed files to the release.

Belongs here: compliance tables, features, check and release of whole nights.
Belongs elsewhere: single answers (tests/unit/test_regime_answer.py), signals of a table (test_regime_signal.py).
"""

from datetime import date

import duckdb
import polars as pl
import pytest

from tests.support.entry import ENTRY, entry, landing_file, write_csv
from tests.support.home import make_settings, read, run_command, run_job
from tidewaiter.settings import Settings

OLD, NEW = date(2025, 4, 30), date(2026, 11, 20)
SIGNAL, REGIME = "core.compliance_signal", "core.shipment_regime"


def filed(on: date, number: int, **changes: str) -> dict[str, str]:
    times = {"filed_at": f"{on}T12:00:00Z", "estimated_arrival_at": f"{on}T18:00:00Z"}
    person = {"consignee_name": f"Pat Example {number}", "consignee_address": f"{number} Sample Street"}
    return entry(number, **{**times, **person, **changes})


def same_person(number: int, usd: str) -> dict[str, str]:
    person = {"consignee_name": "Sam Example", "consignee_address": "9 Sample Street"}
    return filed(OLD, number, entry_type="86", origin_country="VN", value_usd=usd, **person)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("regime")
    old = [
        filed(OLD, 1, entry_type="86"),
        filed(OLD, 2, entry_type="86", estimated_arrival_at="2025-05-03T12:00:00Z"),
        filed(OLD, 3, entry_type="321", hts10="", origin_country="VN", value_usd="800.01"),
        same_person(4, "500"),
        same_person(5, "400"),
    ]
    new = [
        filed(NEW, 1, entry_type="86"),
        filed(NEW, 2, entry_type="11", value_usd="2500"),
        filed(NEW, 3, entry_type="11", value_usd="2501"),
        filed(NEW, 4, entry_type="13", mode_code="50"),
        filed(NEW, 5, entry_type="11", packing_country=""),
    ]
    for on, rows in ((OLD, old), (NEW, new)):
        write_csv(landing_file(folder / "landing", "low_value_entry", "a.csv", on), ENTRY, rows)
    settings = make_settings(folder, folder / "landing")
    results = run_job(settings, "nightly", OLD, NEW)
    assert [result.error for result in results] == [None, None]
    return settings


def told(settings: Settings, on: date) -> dict[int, set[str]]:
    found = read(settings, SIGNAL, on)
    pairs = found.select(pl.col("shipment_id").str.tail(1).cast(pl.Int64), "signal_code").rows()
    return {number: {code for each, code in pairs if each == number} for number, _ in pairs}


def test_the_old_night_knows_the_exemption_and_its_limits(home: Settings) -> None:
    assert told(home, OLD) == {
        2: {"EXEMPTION_BARRED_ORIGIN", "ENTRY_TYPE_NOT_LEGAL"},
        3: {"VALUE_OVER_EXEMPTION"},
        4: {"DAY_SUM_OVER_EXEMPTION"},
        5: {"DAY_SUM_OVER_EXEMPTION"},
    }
    regimes = read(home, REGIME, OLD).sort("shipment_id")
    assert regimes["is_exempt_eligible"].to_list() == [True, False, False, True, True]
    assert regimes["duty_method"].to_list() == ["exempt", "ad_valorem", "ad_valorem", "exempt", "exempt"]


def test_the_new_night_bars_it_to_all(home: Settings) -> None:
    assert told(home, NEW) == {
        1: {"EXEMPTION_BARRED_ORIGIN", "ENTRY_TYPE_NOT_LEGAL"},
        3: {"VALUE_OVER_INFORMAL"},
        5: {"DATA_MISSING_SOFT"},
    }
    regimes = read(home, REGIME, NEW)
    assert set(regimes["is_exempt_eligible"]) == {False}
    assert set(regimes["duty_method"]) == {"ad_valorem"}


def test_every_filing_is_kept_and_scored(home: Settings) -> None:
    for on in (OLD, NEW):
        assert read(home, "core.shipment", on).height == read(home, "score.shipment", on).height == 5
        assert read(home, "held.low_value_entry", on).is_empty()


def test_features_are_those_of_the_signals(home: Settings) -> None:
    found = read(home, "feature.shipment", OLD).sort("shipment_id")
    assert found["compliance_signals_n"].to_list() == [0, 2, 1, 1, 1]
    assert found["is_exemption_barred"].to_list() == [0, 1, 0, 0, 0]
    assert found["is_over_threshold"].to_list() == [0, 0, 1, 1, 1]
    assert found["consignee_day_value_usd"].to_list()[3:] == [900, 900]


def test_the_release_says_which_filings_and_by_which_rule(home: Settings) -> None:
    (file,) = (home.releases / NEW.isoformat()).glob("*.duckdb")
    with duckdb.connect(str(file), read_only=True) as con:
        rows = con.execute(
            "select signal.sentence, regime.source, signal.observed from mart.compliance_signal as signal "
            "join ref.regime as regime using (regime_id) join ref.compliance_signal using (signal_code) "
            "where signal_code = 'EXEMPTION_BARRED_ORIGIN'"
        ).fetchall()
    assert rows == [
        (
            "claims the low-value exemption for CN origin, barred since 2025-05-02",
            "EO 14256, 90 FR 14899",
            "entry type 86, origin CN, mode 41, USD 19.90",
        )
    ]


def test_the_command_says_what_the_law_asks_for() -> None:
    said = run_command("regime", "--date", "2026-04-01", "--origin", "CN", "--mode", "50", "--entry-type", "11")
    assert said.code == 0
    assert "not known" in said.out
    assert "postal_item_duty" in said.out
    small = run_command("regime", "--date", "2026-04-01", "--origin", "cn", "--mode", "50", "--entry-type", "11")
    assert (small.code, small.out) == (0, said.out)


@pytest.mark.parametrize(
    ("option", "given", "told"),
    [
        ("--origin", "ZZ", "no origin has the code ZZ."),
        ("--mode", "99", "no mode has the code 99."),
        ("--entry-type", "x", "no entry type has the code x."),
        ("--value", "-1", "a value of -1.0 is below zero."),
        ("--value", "nan", "nan is no amount."),
    ],
)
def test_a_code_that_no_list_has_is_wrong_use(option: str, given: str, told: str) -> None:
    wrong = run_command("regime", "--date", "2026-04-01", option, given)
    assert (wrong.code, wrong.err.splitlines()[0]) == (2, f"error: {told}")
    assert "fix:" in wrong.err
