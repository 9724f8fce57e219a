"""The family `shipment_fact`: what the declaration itself says, as numbers.

Belongs here: row-wise features of core.shipment.
Belongs elsewhere: comparison with other shipments (price, entity), goods text (text.py).
"""

import polars as pl

# What is read of core.shipment.
COLUMNS = (
    "shipment_id", "stream", "value_usd", "gross_weight_kg", "listed_price_usd", "pieces_n", "lines_n", "versions_n",
    "containers_n", "hts10", "filed_at", "estimated_arrival_at", "account_opened_on", "is_known_consignor",
    "is_screened", "mode_code", "entry_type",
)  # fmt: skip
LIMIT_USD = 800  # 19 USC 1321(a)(2)(C), the former duty-free limit a person a day
NEAR_LIMIT_USD = 700


def compute(shipment: pl.DataFrame) -> pl.DataFrame:
    """Return shipment_id and the family's features, one row a shipment of core.shipment."""
    value, weight = pl.col("value_usd").cast(pl.Float64), pl.col("gross_weight_kg").cast(pl.Float64)
    listed, pieces = pl.col("listed_price_usd").cast(pl.Float64), pl.col("pieces_n").cast(pl.Float64)
    return shipment.select(
        "shipment_id",
        value_usd=value,
        gross_weight_kg=weight,
        value_per_kg_usd=_ratio(value, weight),
        value_per_piece_usd=_ratio(value, pieces),
        pieces_n=pieces,
        lines_n=pl.col("lines_n"),
        versions_n=pl.col("versions_n"),
        containers_n=pl.col("containers_n"),
        hts_digits_n=pl.col("hts10").str.len_bytes(),
        hts_chapter=pl.col("hts10").str.slice(0, 2).cast(pl.Float64),
        is_value_near_limit=value.is_between(NEAR_LIMIT_USD, LIMIT_USD),
        is_value_round=(value > 0) & (value % 10 == 0),
        listed_price_log_ratio=_ratio(listed, value).log(),
        # A truck manifest does not say when it was filed; its filed_at is the start of the business date.
        lead_time_hours=pl.when(pl.col("stream") != "truck").then(
            _hours(pl.col("estimated_arrival_at") - pl.col("filed_at"))
        ),
        account_age_days=(pl.col("filed_at").dt.date() - pl.col("account_opened_on")).dt.total_days(),
        is_known_consignor=pl.col("is_known_consignor"),
        is_screened=pl.col("is_screened"),
        is_mail=pl.col("mode_code") == "50",
        is_air=pl.col("mode_code").is_in(["40", "41"]),
        is_vessel=pl.col("mode_code").is_in(["10", "11"]),
        is_formal_entry=pl.col("entry_type") == "01",
    )


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Divide where both are above zero; null elsewhere, so that no infinity enters."""
    return pl.when((part > 0) & (whole > 0)).then(part / whole)


def _hours(span: pl.Expr) -> pl.Expr:
    return span.dt.total_minutes() / 60
