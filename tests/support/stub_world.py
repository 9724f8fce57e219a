"""A little world for the targeting proof: a few dozen entries a day, one shipper that is often wrong.

Belongs here: days, truth, exams and findings two days later.
Belongs elsewhere: the simulated world (sample_data/world), assertions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from data_quality.contract import load_contract
from tests.support.entry import ENTRY, FINDING, GOOD_FINDING, entry

PORTS = ("4701", "2720", "5206")
SHIPMENTS_N = 40
DELAY_DAYS = 2


@dataclass(frozen=True)
class StubDay:
    """What arrives on a date, and the truth of it."""

    on: date
    tables: Mapping[str, pl.DataFrame]
    truth: pl.DataFrame
    documents: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass
class StubWorld:
    """Days of a seed; exams are kept as they were ordered.

    Attributes:
        hides: whether the truth it tells is empty of violations, whatever its findings say.
    """

    seed: int
    hides: bool = False
    examined: list[tuple[date, str]] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)

    def open_day(self, on: date) -> StubDay:
        """Return the day; late begins a scheme that no warm-up of a week has seen."""
        rng = np.random.default_rng([self.seed, on.toordinal()])
        rows, truth = [], []
        for place in range(SHIPMENTS_N):
            number = on.toordinal() % 100_000 * 100 + place
            shipper = int(rng.integers(0, 8))
            is_wrong = shipper == 0 and rng.random() < 0.7
            filed = f"{on.isoformat()}T0{place % 9}:00:00Z"
            rows.append(entry(number, port_code=PORTS[place % 3], shipper_name=f"Invented {shipper}", filed_at=filed))
            shipment_id = f"entry:ZZA{number:08d}"
            self.wrong |= {shipment_id} if is_wrong else set()
            scheme = "late" if on.day > 14 else "early"
            told = is_wrong and not self.hides
            truth.append((shipment_id, scheme if told else "honest", told, 10.0 * told, shipper))
        schema = ["shipment_id", "scheme", "is_violation", "loss_usd", "shipper_key"]
        tables = {ENTRY: frame_rows(ENTRY, rows), FINDING: frame_rows(FINDING, self._list_findings(on))}
        return StubDay(on, tables, pl.DataFrame(truth, schema=schema, orient="row"))

    def examine(self, on: date, exams: pl.DataFrame) -> None:
        """Keep the exams."""
        self.examined += [(on, shipment_id) for shipment_id in exams["shipment_id"].sort()]

    def _list_findings(self, on: date) -> list[dict[str, str]]:
        due = [(day, each) for day, each in self.examined if day + timedelta(days=DELAY_DAYS) == on]
        code = {True: "UNDERVALUED", False: "NO_DISCREPANCY"}
        return [
            {
                **GOOD_FINDING,
                "finding_id": f"F{on:%Y%m%d}-{place}",
                "shipment_ref": each.removeprefix("entry:"),
                "examined_at": f"{day.isoformat()}T20:00:00Z",
                "known_at": f"{on.isoformat()}T01:00:00Z",
                "finding_code": code[each in self.wrong],
                "loss_usd": "10.00" if each in self.wrong else "0",
            }
            for place, (day, each) in enumerate(due)
        ]


def frame_rows(table: str, rows: list[dict[str, str]]) -> pl.DataFrame:
    """Return rows as the columns of a raw table, all of them text."""
    return pl.DataFrame(rows, schema=dict.fromkeys(load_contract(table).column_names, pl.String))


def land_ports(landing: Path, on: date) -> None:
    """Land a list of ports; other lists never land."""
    folder = landing / "place" / "schedule_d" / on.isoformat()
    folder.mkdir(parents=True)
    lines = [f"{port},PORT {port},{port[:2]}" for port in PORTS]
    (folder / "ports.csv").write_text("\n".join(["port_code,port_name,district_code", *lines]) + "\n", encoding="utf-8")
