"""Exams that were chosen and what became known of them, day by day.

Belongs here: matching findings that land to the exams of this run.
Belongs elsewhere: the night's own matching, which the project's policy learns from (tidewaiter/outcomes).
"""

from datetime import date

import polars as pl

from tidewaiter.policy import Findings
from tidewaiter.prove.targeting.choosing import FINDING

REF_KINDS = {"entry": "entry", "ocean": "ocean_bill", "air": "air_waybill", "truck": "truck_shipment"}
EXAM = {
    "on": pl.Date, "shipment_id": pl.String, "shipment_ref": pl.String, "ref_kind": pl.String,
    "exam_kind": pl.String, "selected_by": pl.String,
}  # fmt: skip


class FindingBook:
    """What was examined, and what is known of it."""

    def __init__(self, codes: Findings) -> None:
        self.exams = pl.DataFrame(schema=EXAM)
        self.findings = pl.DataFrame(schema=FINDING)
        self._families = {code: each.family for code, each in codes.codes.items() if each.is_label}

    def order(self, on: date, choice: pl.DataFrame) -> pl.DataFrame:
        """Note the exams of a night's choice and return them as a world takes them."""
        kind, number = (pl.col("shipment_id").str.splitn(":", 2).struct.field(f"field_{part}") for part in (0, 1))
        exams = choice.filter("is_selected").select(
            pl.lit(on).alias("on"),
            "shipment_id",
            number.alias("shipment_ref"),
            kind.replace_strict(REF_KINDS).alias("ref_kind"),
            pl.lit(None, pl.String).alias("exam_kind"),
            # A world need not know why an exam was aimed: it was drawn, or it was not.
            pl.when(pl.col("selector") == "random")
            .then(pl.lit("random"))
            .otherwise(pl.lit("targeted"))
            .alias("selected_by"),
        )
        self.note(exams)
        return exams.drop("on")

    def note(self, exams: pl.DataFrame) -> None:
        """Add exams that were ordered."""
        self.exams = pl.concat([self.exams, exams.cast(EXAM)])  # type: ignore[arg-type]

    def land(self, on: date, rows: pl.DataFrame | None) -> None:
        """Take in the findings that are known on the date; what is no result of an exam is left out."""
        if rows is None or not rows.height or not self.exams.height:
            return
        plain = pl.col("shipment_ref").str.replace_all("-", "")
        found = rows.filter(pl.col("finding_code").is_in(list(self._families))).with_columns(plain)
        examined = self.exams.select("ref_kind", plain, "shipment_id", shipment_on="on")
        self.findings = pl.concat(
            [
                self.findings,
                found.join(examined, on=["ref_kind", "shipment_ref"]).select(
                    "shipment_id",
                    "shipment_on",
                    pl.lit(on).alias("known_on"),
                    "finding_code",
                    pl.col("finding_code").replace_strict(self._families).is_not_null().alias("is_violation"),
                    pl.col("loss_usd").cast(pl.Float64).fill_null(0.0),
                ),
            ]
        )
