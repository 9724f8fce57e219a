"""The table of a night's stages: it has every table that the assets make, and its order can be run.

Belongs here: what the table promises, against the code location.
Belongs elsewhere: that a night by it equals one through Dagster (tests/integration/test_stage_night.py).
"""

import dagster as dg

from pipelines.definitions import defs
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.night.table import STAGES, list_needed

GRAPH = defs.resolve_asset_graph()
MADE = {table for stage in STAGES for table in stage.outputs}
RAW = {f"raw.{feed.noun}" for feed in FEEDS}
# What follows the queues: the record of the date, its checks, the release, and models, which are made of many dates.
AFTER = {"core.landed_file", "core.built_from"}
LAYERS_AFTER = {"mart", "quality", "model"}


def name(key: dg.AssetKey) -> str:
    return ".".join(key.path)


def list_assets() -> set[str]:
    every = {name(key) for key in GRAPH.get_all_asset_keys()}
    return {table for table in every - RAW - AFTER if table.split(".")[0] not in LAYERS_AFTER}


def test_every_asset_between_the_raw_rows_and_the_queues_is_made_by_a_stage() -> None:
    assert sorted(list_assets() - MADE) == []


def test_a_stage_makes_assets_and_the_counts_of_their_files_only() -> None:
    companions = {f"held.{feed.noun}_file" for feed in FEEDS}
    assert sorted(MADE - list_assets() - companions) == []


def test_a_stage_reads_what_the_assets_of_its_tables_depend_on() -> None:
    for stage in STAGES:
        keys = [dg.AssetKey(table.split(".")) for table in stage.outputs if table in list_assets()]
        parents = {name(parent) for key in keys for parent in GRAPH.get(key).parent_keys}
        assert parents == set(stage.inputs), stage.name


def test_each_stage_comes_after_those_that_make_what_it_reads() -> None:
    seen = set(RAW)
    for stage in STAGES:
        assert set(stage.inputs) <= seen, stage.name
        seen.update(stage.outputs)


def test_what_a_table_needs_is_found_without_the_rest() -> None:
    names = [stage.name for stage in list_needed(["core.shipment"])]
    assert names == ["place_in_force", "core"]
