"""The AMS tables about equipment and goods: container, cargodesc, tariff, marksnumbers, hazmat and hazmatclass.

Belongs here: one or several rows a container, or none, as the release has them.
Belongs elsewhere: bills, containers and releases (sample_data/world).
"""

import numpy as np
import polars as pl

from sample_data.ams_gap import draw_some, fill_some
from sample_data.word import pick

LB_PER_KG = 2.20462


def make_cargo_tables(rng: np.random.Generator, boxes: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The six tables, each with the columns of `boxes` beside its own."""
    return {
        "container": _make_container(rng, boxes),
        "cargodesc": _make_cargo(rng, boxes),
        "tariff": _make_tariff(rng, boxes),
        "marksnumbers": _make_marks(rng, boxes),
        "hazmat": _make_hazmat(boxes),
        "hazmatclass": _make_hazmat_class(boxes),
    }


def _make_container(rng: np.random.Generator, boxes: pl.DataFrame) -> pl.DataFrame:
    n = boxes.height
    return boxes.with_columns(
        seal_number_1=fill_some(rng, pl.col("seal_1"), n, 0.987),
        seal_number_2="seal_2",
        equipment_description_code=fill_some(rng, pl.col("box_code"), n, 0.974),
        container_length="box_length",
        container_height="box_height",
        container_width=pl.lit(800),
        container_type=fill_some(rng, pl.col("box_type"), n, 0.899),
        load_status=pl.lit("Loaded"),
        type_of_service=fill_some(rng, pl.lit("Pier to Pier"), n, 0.922),
    )


def _make_cargo(rng: np.random.Generator, boxes: pl.DataFrame) -> pl.DataFrame:
    """One to three rows a container: the goods, then what forwarders add."""
    rows = boxes[np.repeat(np.arange(boxes.height), rng.choice([1, 2, 3], size=boxes.height, p=[0.55, 0.3, 0.15]))]
    sequence = pl.int_range(1, pl.len() + 1).over("container_number", "release")
    code = pl.format("HS CODE {} FREIGHT PREPAID", pl.col("hts10").str.slice(0, 6))
    return rows.with_columns(description_sequence_number=sequence).with_columns(
        piece_count=fill_some(rng, pl.col("box_pieces"), rows.height, 0.66),
        description_text=pl.when(pl.col("description_sequence_number") == 1)
        .then(pl.format("{} {} {}", "box_pieces", "unit", "text"))
        .when(pl.col("description_sequence_number") == 2)
        .then(code)
        .otherwise(pl.lit("SHIPPERS LOAD STOW AND COUNT NO WOOD PACKAGING MATERIAL")),
    )


def _make_tariff(rng: np.random.Generator, boxes: pl.DataFrame) -> pl.DataFrame:
    """None, one or two rows a container; nine in ten have a code, in two to ten digits without its leading zero."""
    repeat = rng.choice(3, size=boxes.height, p=[0.06, 0.88, 0.06])
    rows = boxes[np.repeat(np.arange(boxes.height), repeat)]
    n = rows.height
    digits = pl.Series(rng.choice([2, 4, 6, 8, 10], size=n, p=[0.02, 0.12, 0.66, 0.08, 0.12]))
    code = pl.col("hts10").str.slice(0, digits).str.strip_chars_start("0")
    has_unit, is_pounds = draw_some(rng, n, 0.53), draw_some(rng, n, 0.12)
    return rows.with_columns(
        description_sequence_number=pl.int_range(1, pl.len() + 1).over("container_number", "release"),
        harmonized_number=fill_some(rng, code, n, 0.908),
        harmonized_value=fill_some(rng, pl.lit(0), n, 0.991),
        harmonized_weight=pl.when(is_pounds)
        .then((pl.col("box_kg") * LB_PER_KG).round().cast(pl.Int64))
        .otherwise("box_kg"),
        harmonized_weight_unit=pl.when(has_unit).then(
            pl.when(is_pounds).then(pl.lit("Pounds")).otherwise(pl.lit("Kilograms"))
        ),
    )


def _make_marks(rng: np.random.Generator, boxes: pl.DataFrame) -> pl.DataFrame:
    """Marks in one to eight columns, each filled only where the one before it is."""
    n = boxes.height
    filled = 1 + (rng.random(n)[:, None] < np.array([0.53, 0.43, 0.373, 0.33, 0.299, 0.273, 0.254])).sum(axis=1)
    first = pl.Series(pick(rng, ("NO MARKS", "N/M", "AS ADDRESSED", "CTN NO 1-UP", "MADE IN ORIGIN"), n))
    rest = [pl.format("LOT {} / PO {}", pl.lit(k), "bill") for k in range(2, 9)]
    return boxes.with_columns(
        marks_and_numbers_1=fill_some(rng, pl.lit(first), n, 0.993),
        **{
            f"marks_and_numbers_{k}": pl.when(pl.Series(filled) >= k).then(text) for k, text in enumerate(rest, start=2)
        },
    )


def _make_hazmat(boxes: pl.DataFrame) -> pl.DataFrame:
    battery = pl.col("hts10") == "8507600000"
    blank = pl.lit(None, dtype=pl.String)
    return boxes.filter("is_hazmat").with_columns(
        hazmat_sequence_number=pl.lit(1),
        hazmat_code=pl.when(battery).then(pl.lit("3480")).otherwise(pl.lit("1760")),
        hazmat_class=pl.when(battery).then(pl.lit("9")).otherwise(pl.lit("8")),
        hazmat_code_qualifier=pl.lit("U"),
        hazmat_contact=pl.when(pl.col("bill") % 2 == 0).then(pl.lit("EMERGENCY DESK 555-0160")),
        hazmat_page_number=blank,
        hazmat_flash_point_temperature=pl.lit("000"),
        hazmat_flash_point_temperature_negative_ind=blank,
        hazmat_flash_point_temperature_unit=pl.when(pl.col("bill") % 5 < 2).then(pl.lit("Celsius")),
        hazmat_description=pl.when(pl.col("bill") % 3 > 0).then("text"),
    )


def _make_hazmat_class(boxes: pl.DataFrame) -> pl.DataFrame:
    return boxes.filter(pl.col("is_hazmat") & (pl.col("bill") % 8 == 0)).with_columns(
        hazmat_sequence_number=pl.lit(1), hazmat_classification=pl.lit("8")
    )
