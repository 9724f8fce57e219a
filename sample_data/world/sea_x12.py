"""Ocean bills as one X12 309 (004010) interchange a day, a transaction set for each ship and port.

Belongs here: segments, wrapping and control counts.
Belongs elsewhere: the bills (sea_bill.py).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from sample_data.world.day import Filed
from sample_data.world.sea_bill import SeaDesk
from sample_data.world.shipment import Shipments

_WIDTH, _NAME_WIDTH, _PIECES = 45, 35, 4
_SENDER, _RECEIVER = "ZQSHIPLINE", "SAMPLEPORT"
_MARKS = ("NO MARKS", "AS ADDRESSED", "CTN NO 1-UP MADE IN ORIGIN", "N/M")
_FIRMS = {
    "2704": "Y258",
    "4601": "E364",
    "2709": "W185",
    "1703": "L736",
    "5301": "M117",
    "3001": "S224",
    "5201": "N310",
}


@dataclass
class X12Desk:
    """Where X12 manifests are sent; control numbers count the sets."""

    desk: SeaDesk
    sets_n: int = 0

    def file(self, rng: np.random.Generator, sent: Shipments, on: date, day: int) -> Filed:
        """The day's interchange, and the keys of its bills, each of one container with a number of its own."""
        bills = self.desk.write(rng, sent, on, day).with_columns(
            containers_n=pl.lit(1, dtype=pl.Int64), house_bill=pl.lit(None, dtype=pl.String)
        )
        number = (pl.col("bill") * 7_919 % 10**8).cast(pl.String).str.zfill(8)
        bills = bills.with_columns(master_bill=pl.concat_str(pl.lit("ZQ"), number))
        boxes = self.desk.list_containers(rng, bills)
        sets = _write_sets(boxes.with_columns(_write_bill(boxes)), on)
        keys = bills.select(
            shipment_id=pl.concat_str(pl.lit("ocean:"), "carrier_code", "master_bill"),
            ref_kind=pl.lit("ocean_bill"), shipment_ref="master_bill", port_code="unlading_code",
            is_standing=pl.lit(True),
        )  # fmt: skip
        text = self._wrap_sets(sets, on, day + 1)
        return Filed({}, {("ocean_x12_309", f"manifest_{on.isoformat()}"): text}, keys)

    def _wrap_sets(self, sets: pl.DataFrame, on: date, control: int) -> str:
        """The interchange from ISA to IEA, with control counts that agree."""
        place = pl.int_range(pl.len()) + self.sets_n + 1
        self.sets_n += sets.height
        bodies = sets.select(
            pl.concat_str(
                pl.lit("ST*309*"), place, pl.lit("~\n"), "body", pl.lit("SE*"), pl.col("segments_n") + 2, pl.lit("*"),
                place, pl.lit("~\n"),
            ).str.join("")
        ).item()  # fmt: skip
        blank = " " * 10
        head = (
            f"ISA*00*{blank}*00*{blank}*ZZ*{_SENDER:<15}*ZZ*{_RECEIVER:<15}*{on:%y%m%d}*0410*U*00401*{control:09d}*0*P*>~\n"
            f"GS*SO*{_SENDER}*{_RECEIVER}*{on:%Y%m%d}*0410*{control}*X*004010~\n"
        )
        return f"{head}{bodies}GE*{sets.height}*{control}~\nIEA*1*{control:09d}~\n"


def _write_sets(bills: pl.DataFrame, on: date) -> pl.DataFrame:
    """One row a ship and port: the segments between ST and SE, and how many they are."""
    arrival = pl.lit(on) + pl.duration(days=3 + pl.col("carrier") % 5)
    place = pl.int_range(1, pl.len() + 1).over("vessel_name", "unlading_code")
    sets = (
        bills.sort("vessel_name", "unlading_code", "bill")
        .with_columns(
            pl.concat_str(pl.lit("LX*"), place, pl.lit("~\n"), "segments"),
            arrival=arrival.dt.strftime("%y%m%d"),
        )
        .group_by("vessel_name", "unlading_code", maintain_order=True)
        .agg(
            pl.first("carrier_code", "flag", "ship_number", "voyage", "arrival", "bill"),
            bills_n=pl.len(), body=pl.col("segments").str.join(""),
        )
    )  # fmt: skip
    head = pl.concat_str(
        pl.lit("M10*"), "carrier_code", pl.lit("*O*"), "flag", pl.lit("*"), "ship_number", pl.lit("*"), "vessel_name",
        pl.lit("*"), "voyage", pl.lit("*"), pl.col("bill").cast(pl.String).str.zfill(7), pl.lit("*"), "bills_n",
        pl.lit("*P~\nP4*"), "unlading_code", pl.lit("*"), "arrival", pl.lit("  *"), "bills_n", pl.lit("*"),
        pl.col("unlading_code").replace_strict(_FIRMS), pl.lit("~\n"),
    )  # fmt: skip
    return sets.select(body=pl.concat_str(head, "body")).with_columns(segments_n=pl.col("body").str.count_matches("~"))


def _write_bill(boxes: pl.DataFrame) -> pl.Expr:
    """The segments of each bill from M11 on; what a name has over 35 characters begins the address."""
    unload = pl.concat_str(pl.lit("N1*FS*"), "unlading_locode", pl.lit("**"), "unlading_locode", pl.lit("~\n"))
    head = pl.concat_str(
        pl.lit("M11*"), "master_bill", pl.lit("*"), "lading_code", pl.lit("*"), "pieces_n", pl.lit("*"), "unit",
        pl.lit("*"), "weight_kg", pl.lit("*K*"), "volume", pl.lit("*X*00*"), _clean("shipper_city"), pl.lit("**"),
        "carrier_code",
        pl.lit("~\n"),
    )  # fmt: skip
    parties = (
        _write_party("SH", "shipper", pl.col("shipper_country")), _write_party("CN", "importer", pl.lit("US")),
        _write_party("N1", "importer", pl.lit("US")),
    )  # fmt: skip
    return pl.concat_str(head, *parties, unload, _write_box(), _write_goods(boxes)).alias("segments")


def _clean(name: str) -> pl.Expr:
    """The text in capitals, without the characters that separate elements, segments and components."""
    return pl.col(name).fill_null("").str.to_uppercase().str.replace_all(r"[*~>]", " ")


def _write_party(role: str, prefix: str, country: pl.Expr) -> pl.Expr:
    name = _clean(f"{prefix}_name")
    over = name.str.slice(_NAME_WIDTH)
    state = (
        pl.when(pl.col(f"{prefix}_state").str.len_chars() == 2).then(_clean(f"{prefix}_state")).otherwise(pl.lit(""))
    )
    return pl.concat_str(
        pl.lit(f"N1*{role}*"), name.str.slice(0, _NAME_WIDTH), pl.lit("~\nN3*"),
        pl.when(over != "").then(pl.concat_str(over, pl.lit("*"))).otherwise(pl.lit("")),
        _clean(f"{prefix}_address").str.slice(0, 55), pl.lit("~\nN4*"), _clean(f"{prefix}_city"), pl.lit("*"), state,
        pl.lit("*"), _clean(f"{prefix}_postal_code"), pl.lit("*"), country, pl.lit("~\n"),
    )  # fmt: skip


def _write_box() -> pl.Expr:
    number = pl.col("container_number")
    return pl.concat_str(
        pl.lit("VID*"), "box_code", pl.lit("*"), number.str.slice(0, 4), pl.lit("*"), number.str.slice(4), pl.lit("*"),
        "seal_1", pl.lit("*"), pl.col("seal_2").fill_null(""), pl.lit("****"), "box_type", pl.lit("*L*PP~\n"),
    )  # fmt: skip


def _write_goods(boxes: pl.DataFrame) -> pl.Expr:
    """A first N10 with code, value and weight, H1 for dangerous goods, then the rest of the text in pieces of 45."""
    code = pl.col("hts10")
    text = pl.concat_str(
        pl.lit("1 CONTAINER CONTAINING "), "box_pieces", pl.lit(" "), "unit", pl.lit(" OF "), _clean("text"),
        pl.lit(" HS "), code.str.slice(0, 4), pl.lit("."), code.str.slice(4, 2),
        pl.lit(" FREIGHT PREPAID SAID TO CONTAIN"),
    )  # fmt: skip
    marks = pl.lit(pl.Series(_MARKS).gather(boxes["bill"].to_numpy() % len(_MARKS)))
    hazard = pl.when(code.str.starts_with("850760")).then(pl.lit("H1*3480~\n")).otherwise(pl.lit("H1*1760~\n"))
    rest = [
        pl.when(text.str.len_chars() > _WIDTH * k)
        .then(pl.concat_str(pl.lit("N10**"), text.str.slice(_WIDTH * k, _WIDTH), pl.lit("~\n")))
        .otherwise(pl.lit(""))
        for k in range(1, _PIECES)
    ]
    return pl.concat_str(
        pl.lit("N10*"), "box_pieces", pl.lit("*"), text.str.slice(0, _WIDTH), pl.lit("*"), marks, pl.lit("*J*"),
        code.str.slice(0, 6), pl.lit("*"), pl.col("value_usd").cast(pl.Int64), pl.lit("*K*"), "box_kg", pl.lit("~\n"),
        pl.when("is_hazmat").then(hazard).otherwise(pl.lit("")),
        *rest,
    )  # fmt: skip
