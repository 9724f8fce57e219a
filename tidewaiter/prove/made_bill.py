"""Made-up ocean bills as the eleven tables of a release, filled as often as the columns of the public release of 2020.

Belongs here: the rows of each table and what its columns hold.
Belongs elsewhere: files and their sizes (national_night.py), words (made_word.py).
"""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import polars as pl

from data_quality.codes import load_codes
from data_quality.contract import load_contract
from tidewaiter.prove.made_word import GOODS, PLACES, QUALITIES, Ints, draw_skewed, fill, name_firms, name_streets, pick

TABLES = (
    "header", "billgen", "cargodesc", "hazmat", "hazmatclass", "tariff", "consignee", "notifyparty", "shipper",
    "container", "marksnumbers",
)  # fmt: skip
PARTY_NAMES = {
    "shipper": "shipper_party", "consignee": "consignee", "notifyparty": "notify_party",
}  # fmt: skip
LADINGS = (
    "Shanghai,China",
    "Yantian,China",
    "Ningbo,China",
    "Busan,South Korea",
    "57035",
    "Hamburg,Germany",
    "Santos,Brazil",
)
FIRMS_N, WIDTH = 90_000, 35
Frames = dict[str, pl.DataFrame]


def make_bills(rng: np.random.Generator, first: int, n: int, on: date) -> Frames:
    """Return the tables of `n` bills whose identifiers start at `first`, released on the day before `on`."""
    bill = np.arange(first, first + n, dtype=np.int64)
    boxes = np.repeat(bill, rng.choice([1, 2, 3], size=n, p=[0.6, 0.25, 0.15]))
    frames = {"header": _make_header(rng, bill, on), "billgen": _make_billgen(rng, bill, on)}
    frames |= {
        table: _make_party(rng, _repeat(rng, bill, (0.02, 0.95, 0.03)), prefix) for table, prefix in PARTY_NAMES.items()
    }
    cargo = _repeat(rng, boxes, (0.0, 0.6, 0.3, 0.1))
    frames |= {
        "container": _make_container(rng, boxes),
        "cargodesc": _make_cargo(rng, cargo),
        "tariff": _make_tariff(rng, _repeat(rng, boxes, (0.06, 0.88, 0.06))),
        "marksnumbers": _make_marks(rng, boxes),
        "hazmat": _make_hazmat(boxes[boxes % 40 == 0]),
        "hazmatclass": _make_hazmat_class(boxes[boxes % 320 == 0]),
    }
    return {table: _shape(table, frames[table]) for table in TABLES}


def _repeat(rng: np.random.Generator, numbers: Ints, shares: tuple[float, ...]) -> Ints:
    """Return the numbers, each none, one or more times, by the shares."""
    return np.repeat(numbers, rng.choice(len(shares), size=len(numbers), p=shares))


def _shape(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the table's columns in the order of its contract; those that nothing fills are empty."""
    names = [name for name in load_contract(f"raw.ocean_ams_{table}").column_names if name != "release_at"]
    return frame.select(
        pl.col(name) if name in frame.columns else pl.lit(None, pl.String).alias(name) for name in names
    )


def _start(bill: Ints, **columns: pl.Expr) -> pl.DataFrame:
    frame = pl.DataFrame({"bill": bill})
    identifier = pl.format("{}", pl.col("bill") + 202_611_000_000_000)
    box = pl.format("ZQXU{}", (pl.col("bill") * 3 + pl.int_range(pl.len()) % 3) % 9_000_000 + 1_000_000)
    return frame.with_columns(identifier=identifier, container_number=box).with_columns(**columns)


def _text(numbers: Ints) -> pl.Expr:
    return pl.lit(pl.Series(numbers)).cast(pl.String)


def _make_header(rng: np.random.Generator, bill: Ints, on: date) -> pl.DataFrame:
    n = len(bill)
    ports = tuple(load_codes()["ams_port"])
    weight, pieces = rng.integers(500, 26_000, n), rng.integers(1, 2_000, n)
    in_bond = rng.random(n) < 0.084
    return _start(
        bill,
        carrier_code=pl.lit(pick(("MAEU", "MSCU", "CMDU", "HLCU", "ONEY", "COSU"), bill // 7)),
        vessel_country_code=pl.lit(pick(("PA", "LR", "MH", "HK", "SG"), bill // 900)),
        vessel_name=pl.format("MADE STAR {}", _text(bill // 900 % 400)),
        # One bill in 400 names a port that is none.
        port_of_unlading=pl.when(pl.col("bill") % 400 == 9)
        .then(pl.lit("Port Nowhere"))
        .otherwise(pl.lit(pick(ports, draw_skewed(rng, n, len(ports))))),
        estimated_arrival_date=pl.lit((on + timedelta(days=2)).isoformat()),
        foreign_port_of_lading_qualifier=pl.lit("Schedule K Foreign Port"),
        foreign_port_of_lading=pl.lit(pick(LADINGS, draw_skewed(rng, n, len(LADINGS)))),
        manifest_quantity=_text(pieces),
        manifest_unit=pl.lit(pick(("CTN", "PKG", "PCS", "PLT", "BAG"), bill // 3)),
        weight=_text(weight),
        weight_unit=pl.lit(pick(("Kilograms",) * 7 + ("Pounds",), bill)),
        measurement=_text(weight // 300),
        measurement_unit=fill(rng, pl.lit("Cubic Meters"), n, 0.7),
        record_status_indicator=pl.lit(pick(("New",) * 49 + ("Amended",), bill)),
        place_of_receipt=pl.lit(pick(PLACES, bill)),
        port_of_destination=pl.when(pl.Series(in_bond)).then(pl.lit("Chicago, Illinois")),
        conveyance_id_qualifier=pl.lit("IMO Number/Lloyds Number"),
        conveyance_id=_text(bill // 900 % 400 + 9_100_000),
        in_bond_entry_type=pl.when(pl.Series(in_bond)).then(pl.lit("Immediate Transportation")),
        mode_of_transportation=pl.lit("Vessel, container"),
        secondary_notify_party_1=fill(rng, pl.lit("ZLGT"), n, 0.35),
        secondary_notify_party_2=fill(rng, pl.lit("ZTRF"), n, 0.028),
        actual_arrival_date=pl.lit(on.isoformat()),
    )  # fmt: skip


def _make_billgen(rng: np.random.Generator, bill: Ints, on: date) -> pl.DataFrame:
    return _start(
        bill,
        master_bol_number=pl.format("MAEU{}", pl.col("bill") // 3 + 100_000_000),
        house_bol_number=fill(rng, pl.format("ZLGT{}", pl.col("bill") + 100_000_000), len(bill), 0.43),
        voyage_number=pl.format("{}E", _text(bill // 900 % 999)),
        bill_type_code=pl.lit(pick(("Regular Bill", "House Bill"), bill)),
        manifest_number=_text(bill // 900 + 100_000),
        trade_update_date=pl.lit((on - timedelta(days=1)).isoformat()),
        run_date=pl.lit(on.isoformat()),
    )


def _make_party(rng: np.random.Generator, bill: Ints, prefix: str) -> pl.DataFrame:
    n = len(bill)
    firm = draw_skewed(rng, n, FIRMS_N) + len(prefix)
    text = pl.concat_str(
        name_streets(firm), pl.lit(pick(PLACES, firm)), pl.lit("FLOOR"), _text(firm % 60),
        pl.lit(pick(PLACES, firm // 5)),
        pl.lit(pick(("CHINA", "KOREA TEL 555-0142", "UNITED STATES TAX ID 00-0000000 ATTN IMPORT MANAGER"), firm)),
        separator=" ",
    ).str.to_uppercase()  # fmt: skip
    pieces = {f"{prefix}_address_{k + 1}": text.str.slice(k * WIDTH, WIDTH).replace("", None) for k in range(4)}
    has_place, has_phone = rng.random(n) < 0.27, rng.random(n) < 0.19
    return _start(
        bill,
        **{f"{prefix}_name": name_firms(firm).str.to_uppercase().str.slice(0, WIDTH)},
        **pieces,
        city=pl.when(pl.Series(has_place)).then(pl.lit(pick(PLACES, firm))),
        zip_code=fill(rng, _text(firm % 89_000 + 10_000), n, 0.15),
        country_code=pl.when(pl.Series(has_place)).then(pl.lit(pick(("CN", "KR", "US", "DE"), firm))),
        comm_number_qualifier=pl.when(pl.Series(has_phone)).then(pl.lit("Telephone Number")),
        comm_number=pl.when(pl.Series(has_phone)).then(pl.format("555-{}", _text(firm % 9_000 + 1_000))),
    )


def _make_container(rng: np.random.Generator, bill: Ints) -> pl.DataFrame:
    n = len(bill)
    return _start(
        bill,
        seal_number_1=fill(rng, pl.format("S{}", pl.col("bill") + 1_000_000), n, 0.987),
        seal_number_2=fill(rng, pl.format("T{}", pl.col("bill")), n, 0.06),
        equipment_description_code=fill(rng, pick(("4B", "2B"), bill), n, 0.974),
        container_length=pl.lit(pick(("4000", "2000"), bill)),
        container_height=pl.lit("906"),
        container_width=pl.lit("800"),
        container_type=fill(rng, pick(("45G1", "22G1"), bill), n, 0.9),
        load_status=pl.lit("Loaded"),
        type_of_service=fill(rng, pl.lit("Pier to Pier"), n, 0.92),
    )


def _make_cargo(rng: np.random.Generator, bill: Ints) -> pl.DataFrame:
    n = len(bill)
    names = [name.upper() for name, _ in GOODS]
    pieces = _text(rng.integers(1, 900, n))
    text = pl.concat_str(
        pieces, pl.lit("CARTONS"), pl.lit(pick(QUALITIES, bill)), pl.lit(pick(names, bill // 3)), separator=" "
    )
    sequence = pl.int_range(1, pl.len() + 1).over("bill")
    return _start(
        bill, description_sequence_number=sequence, piece_count=fill(rng, pieces, n, 0.66), description_text=text
    )


def _make_tariff(rng: np.random.Generator, bill: Ints) -> pl.DataFrame:
    n = len(bill)
    code = pl.lit(pick([code for _, code in GOODS], bill // 3)).str.slice(0, 6)
    return _start(
        bill,
        description_sequence_number=pl.int_range(1, pl.len() + 1).over("bill"),
        harmonized_number=fill(rng, code, n, 0.908),
        harmonized_value=fill(rng, pl.lit("0"), n, 0.99),
        harmonized_weight=_text(rng.integers(0, 9_000, n)),
        harmonized_weight_unit=fill(rng, pick(("Kilograms", "Kilograms", "Pounds"), bill), n, 0.53),
    )


def _make_marks(rng: np.random.Generator, bill: Ints) -> pl.DataFrame:
    shares: Mapping[int, float] = {1: 0.993, 2: 0.53, 3: 0.43, 4: 0.373, 5: 0.33, 6: 0.3, 7: 0.273, 8: 0.254}
    chance = pl.Series(rng.random(len(bill)))
    marks = {
        f"marks_and_numbers_{k}": pl.when(chance < share).then(pl.format("LOT {} / PO {}", pl.lit(k), "bill"))
        for k, share in shares.items()
    }
    return _start(bill, **marks)


def _make_hazmat(bill: Ints) -> pl.DataFrame:
    fixed = {
        "hazmat_sequence_number": "1", "hazmat_code": "3480", "hazmat_class": "9", "hazmat_code_qualifier": "U",
        "hazmat_flash_point_temperature": "000",
    }  # fmt: skip
    return _start(bill, **{name: pl.lit(value) for name, value in fixed.items()})


def _make_hazmat_class(bill: Ints) -> pl.DataFrame:
    return _start(bill, hazmat_sequence_number=pl.lit("1"), hazmat_classification=pl.lit("8"))
