"""What words of goods texts teach of the tariff heading, and which texts are judged by it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.support.work import open_bench
from tests.unit.made_lake import write_partition
from tidewaiter.features import text
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy, load_policy
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.wording.judge import judge_texts, weigh_words
from tidewaiter.wording.learn import COUNTS, EVERY, STATE, count_tariff, learn_words, list_due
from tidewaiter.wording.policy import FIGURES
from tidewaiter.wording.word import list_words

POLICY = load_policy(SHIPPED_POLICY)
CLEAR = POLICY.text.clear_days
FIRST = date(2026, 10, 1)
LATER = FIRST + timedelta(days=CLEAR)
Row = Mapping[str, Any]
# Goods texts and the heading that each is declared under by several senders.
TRADE = {
    "cotton dress": "6204",
    "summer dress women": "6204",
    "phone case silicone": "3926",
    "blue ceramic vase": "6913",
}
OTHERS = ("steel bolt", "rubber tyre", "oak chair", "green tea", "wool yarn", "brass key", "paper bag", "glass bead",
          "hair clip", "yoga mat", "drill bit", "desk lamp")  # fmt: skip
TRADE |= {words: str(7300 + place) for place, words in enumerate(OTHERS)}
TARIFF = [("6204420000", "Women's dresses, of cotton"), ("8517130000", "Smartphones"), ("6913900000", "Statuettes")]
TARIFF += [(f"{7300 + place}000000", words) for place, words in enumerate(OTHERS)]
NO_TARIFF: list[tuple[str, str]] = []


def ship(number: int, description: str | None, hts10: str | None, sender: str = "") -> dict[str, Any]:
    return {
        "shipment_id": f"entry:{number}",
        "description": description,
        "hts10": hts10,
        "sender": sender or f"p{number}",
    }


def trade(senders_n: int = 6) -> list[dict[str, Any]]:
    pairs = list(TRADE.items()) * senders_n
    return [ship(number, words, f"{heading}000000") for number, (words, heading) in enumerate(pairs)]


def land(lake: Lake, on: date, shipments: list[dict[str, Any]], **others: list[Row]) -> None:
    """Publish what a night learns from, of a date: shipments, their senders, versions and findings."""
    write_partition(lake, "core.shipment", shipments, on)
    entities = [{"shipment_id": row["shipment_id"], "shipper_id": row["sender"]} for row in shipments]
    write_partition(lake, "party.shipment_entity", entities, on)
    write_partition(lake, "core.shipment_version", others.get("versions", []), on)
    write_partition(lake, "outcome.finding", others.get("findings", []), on)


def learn(folder: Path, on: date, tariff: list[tuple[str, str]] = NO_TARIFF, policy: Policy = POLICY) -> pl.DataFrame:
    """Publish what is known of words on a night, and return it."""
    with open_bench(folder, on) as bench:
        frame = pl.DataFrame(tariff, {"hts_code": pl.String, "description": pl.String}, orient="row")
        bench.con.register("reference_tariff_text", frame.to_arrow())
        learn_words(bench.con, bench.lake, on, policy)
        bench.publish(STATE, "party_word_heading")
        return pl.read_parquet(bench.lake.existing(STATE, on), hive_partitioning=False)


def judge(known: pl.DataFrame, *texts: tuple[str | None, str | None]) -> list[dict[str, Any]]:
    """Return the figures of texts and the tariff numbers that they are declared under."""
    rows = [ship(number, *each) for number, each in enumerate(texts)]
    frame = pl.DataFrame(rows, schema_overrides={"description": pl.String, "hts10": pl.String})
    return text.compute(frame, known, POLICY).to_dicts()


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """What is known after one date of trade, without a tariff."""
    folder = tmp_path_factory.mktemp("words")
    land(Lake(folder / "lake"), FIRST, trade())
    return learn(folder, LATER)


def test_words_are_letters_in_the_singular_without_vague_terms() -> None:
    texts = pl.Series(["Women's COTTON dresses, 2 pcs V2", "gift", None, "Glasses / batteries (household goods)"])
    words = list_words(texts, ("gift", "household goods"))
    assert words.rows() == [
        (0, "cotton"), (0, "dress"), (0, "pcs"), (0, "women"), (3, "battery"), (3, "glass"),
    ]  # fmt: skip


def test_a_text_under_another_heading_is_found(known: pl.DataFrame) -> None:
    fits, differs = judge(known, ("red cotton dress", "6204420000"), ("red cotton dress", "3926900000"))
    assert fits["text_heading_log_ratio"] > 0 > differs["text_heading_log_ratio"]
    assert fits["text_better_headings_n"] == 0 < differs["text_better_headings_n"]
    assert fits["text_other_log_ratio"] == 0 < differs["text_other_log_ratio"]
    assert differs["text_likely_heading"] == 6204
    assert fits["text_chapter_log_ratio"] > 0 > differs["text_chapter_log_ratio"]


@pytest.mark.parametrize("words", ["gift", "household goods dress", "zzyzx quux", "", None, "12 x 400"])
def test_a_text_that_says_nothing_is_not_judged(known: pl.DataFrame, words: str | None) -> None:
    (found,) = judge(known, (words, "6204420000"))
    assert [found[name] for name in FIGURES if name != "text_bits"] == [None] * (len(FIGURES) - 1)


def test_a_text_of_mostly_unknown_words_is_not_judged(known: pl.DataFrame) -> None:
    (found,) = judge(known, ("dress zzyzx quux florp", "3926900000"))
    assert found["text_known_share"] == 0.25
    assert found["text_heading_log_ratio"] is None


def test_without_a_past_and_a_tariff_nothing_is_known(tmp_path: Path) -> None:
    (found,) = judge(learn(tmp_path, LATER), ("cotton dress", "6204420000"))
    assert found["text_known_share"] is None
    assert [found[name] for name in FIGURES] == [None] * len(FIGURES)


def test_without_a_past_the_tariff_speaks(tmp_path: Path) -> None:
    known = learn(tmp_path, LATER, TARIFF)
    fits, differs = judge(known, ("cotton dress", "6204420000"), ("cotton dress", "8517130000"))
    assert fits["text_heading_log_ratio"] > 0 > differs["text_heading_log_ratio"]


def test_a_heading_that_nobody_knows_is_not_judged_though_the_text_says_much(known: pl.DataFrame) -> None:
    for number in ("0101210010", None, "62"):
        (found,) = judge(known, ("cotton dress", number))
        assert found["text_heading_log_ratio"] is None
        assert found["text_likely_heading"] == 6204


def test_what_all_senders_say_of_everything_says_nothing(tmp_path: Path) -> None:
    rows = [ship(n, f"black {words}", f"{code}000000") for n, (words, code) in enumerate(list(TRADE.items()) * 30)]
    land(Lake(tmp_path / "lake"), FIRST, rows)
    assert "black" not in weigh_words(learn(tmp_path, LATER), POLICY.text).words.to_list()


def test_a_sender_counts_once_for_a_text_of_a_night(tmp_path: Path) -> None:
    rows = [ship(n, "phone case", "4202000000", "one") for n in range(50)]
    land(Lake(tmp_path / "lake"), FIRST, [*rows, ship(99, "phone case", "3926000000", "two")])
    counted = learn(tmp_path, LATER).filter(pl.col("word") == "phone")
    assert counted.select("heading", "senders_n").rows() == [("3926", 1.0), ("4202", 1.0)]


def test_a_date_teaches_once_it_is_clear_and_only_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    land(lake, FIRST, trade())
    assert learn(tmp_path, LATER - timedelta(days=1)).is_empty()
    taught = learn(tmp_path, LATER)
    faded = learn(tmp_path, LATER + timedelta(days=1))
    half = 0.5 ** (1 / POLICY.text.half_life_days)
    assert_frame_equal(faded, taught.with_columns(pl.col("senders_n") * half))


def test_what_was_corrected_or_found_to_be_other_goods_teaches_nothing(tmp_path: Path) -> None:
    lake, next_day = Lake(tmp_path / "lake"), FIRST + timedelta(days=1)
    land(lake, FIRST, [*trade(), ship(97, "phone case", "6204000000"), ship(98, "phone case", "6204000000")])
    version = {"shipment_id": "entry:97", "landed_on": FIRST, "was_current": True, "is_current": False}
    finding = {"shipment_id": "entry:98", "shipment_on": FIRST, "finding_code": "MISCLASSIFIED"}
    findings: list[Row] = [{**finding, "known_at": FIRST + timedelta(days=1)}]
    land(lake, next_day, [], versions=[version], findings=findings)
    counted = learn(tmp_path, LATER).filter(pl.col("word") == "phone")
    assert counted["heading"].to_list() == ["3926"]


def test_a_finding_that_is_known_later_changes_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    land(lake, FIRST, trade())
    before = learn(tmp_path, LATER)
    finding = {"shipment_id": "entry:1", "shipment_on": FIRST, "finding_code": "MISCLASSIFIED"}
    land(lake, FIRST + timedelta(days=2), [], findings=[{**finding, "known_at": LATER}])
    land(lake, LATER, [ship(1, "cotton dress", "3926000000")], findings=[{**finding, "known_at": FIRST}])
    land(lake, LATER + timedelta(days=1), trade(9))
    assert_frame_equal(learn(tmp_path, LATER), before)


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    land(Lake(tmp_path / "a" / "lake"), FIRST, trade())
    land(Lake(tmp_path / "b" / "lake"), FIRST, trade()[::-1])
    one, other = learn(tmp_path / "a", LATER, TARIFF), learn(tmp_path / "b", LATER, TARIFF)
    assert_frame_equal(one, other)
    texts = [("cotton dress", "6204420000"), ("phone case", "8517130000"), ("gift", "6204420000")]
    found = judge(one, *texts)
    back = judge(other, *texts[::-1])[::-1]
    assert [{**row, "shipment_id": ""} for row in found] == [{**row, "shipment_id": ""} for row in back]


def test_a_lake_that_learns_late_catches_up_with_the_window(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    days = [FIRST + timedelta(days=n) for n in range(3)]
    for on in days:
        land(lake, on, trade())
    assert list_due(lake, days[-1] + timedelta(days=CLEAR), POLICY) == days
    learn(tmp_path, days[0] + timedelta(days=CLEAR))
    assert list_due(lake, days[-1] + timedelta(days=CLEAR), POLICY) == days[1:]


def test_a_date_teaches_no_more_than_its_share_and_always_the_same(tmp_path: Path) -> None:
    land(Lake(tmp_path / "lake"), FIRST, trade())
    policy = load_policy(SHIPPED_POLICY)
    few = replace(policy, text=policy.text.model_copy(update={"max_lessons_n": 2}))
    counted = learn(tmp_path, LATER, policy=few)
    assert counted.filter(pl.col("word") == EVERY)["senders_n"].sum() == 12
    assert_frame_equal(learn(tmp_path, LATER, policy=few), counted)


def test_shares_given_a_text_are_those_of_bayes() -> None:
    policy = POLICY.text.model_copy(
        update={"tariff_weight": 0, "heading_weight": 1e-9, "evidence_share": 1.0, "least_word_bits": 0.0}
    )
    counts = [("", "6204", 3.0), ("", "3926", 1.0), ("dress", "6204", 2.0)]
    known = pl.DataFrame(counts, COUNTS, orient="row").with_columns(tariff_share=0.0)
    said = pl.DataFrame({"text": [0], "word": ["dress"]}, schema_overrides={"text": pl.UInt32})
    found = judge_texts(said, pl.Series(["6204"]), weigh_words(known, policy), policy).row(0, named=True)
    # (2 senders + a smoothing of 0.75) of (2 + 1), against 0.75
    assert found["text_heading_log_ratio"] == pytest.approx(0.2007, abs=1e-4)
    share = 2.75 / 3
    assert found["text_doubt_bits"] == pytest.approx(0.41381685, abs=1e-6)
    assert 2 ** -found["text_bits"] == pytest.approx(2 ** -(share * 0.28950 + (1 - share) * -1.58496), abs=1e-4)


def test_the_tariff_counts_words_by_heading_without_its_special_chapters() -> None:
    lines = [("62044200", "Dresses"), ("62044300", "Dresses of wool"), ("99038803", "Products of China")]
    counted = count_tariff(pl.DataFrame(lines, ["hts_code", "description"], orient="row"), ()).sort("word", "heading")
    assert counted.rows() == [
        ("", "6204", 1.0), ("dress", "6204", 1.0), ("of", "6204", 0.5), ("wool", "6204", 0.5),
    ]  # fmt: skip
