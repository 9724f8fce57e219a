"""What a stage of a night is given: folders, policy, lake, date, and a connection with a staging folder.

Belongs here: the open work of one stage, and views over what is published for its date.
Belongs elsewhere: what the shell adds to it (pipelines/resources.py), the stages (stage.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

import duckdb

from data_quality.codes import load_codes
from data_quality.contract import load_contract
from tidewaiter.duty.carried import CarriedRates
from tidewaiter.engine.duckdb import scan_parquet
from tidewaiter.ingest.reference import read_dated_codes
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy
from tidewaiter.settings import Settings


@dataclass(frozen=True)
class Night:
    """One stage at work on one business date.

    Attributes:
        dated_codes: code lists that are in force by date; empty until the places of the date are published.
        carried: duty rates of earlier nights, where one process runs night after night.
    """

    settings: Settings
    policy: Policy
    lake: Lake
    on: date
    con: duckdb.DuckDBPyConnection
    scratch: Path
    dated_codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    carried: CarriedRates = field(default_factory=CarriedRates)

    @cached_property
    def codes(self) -> Mapping[str, tuple[str, ...]]:
        """Every code list by name, the policy's finding codes and the dated lists in force among them."""
        lists = {name: tuple(codes) for name, codes in load_codes().items()}
        return {**lists, "finding": tuple(self.policy.findings.codes), **self.dated_codes}

    def with_dated_codes(self) -> Self:
        """Return the same night with the dated code lists that are published for its date."""
        return replace(self, dated_codes=read_dated_codes(self.lake, self.on))

    def scan(self, tables: Iterable[str]) -> None:
        """Make a view named after each table (`core_shipment`, ...) over its partition of the date."""
        for table in tables:
            path = self.lake.existing(table, self.on)
            scan_parquet(self.con, table.replace(".", "_"), [path], load_contract(table))
