"""The asset graph as text: a change of it is a change of a file that a reviewer reads.

Written anew, after a change that is meant, by `python -m tests.snapshot.test_asset_graph`.

Belongs here: what Dagster shows of each asset, job, schedule and sensor.
Belongs elsewhere: what the assets do (tests/integration).
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import dagster as dg

from pipelines.definitions import defs

SNAPSHOT = Path(__file__).with_name("asset_graph.txt")
GRAPH = defs.resolve_asset_graph()
TABLES = sorted(GRAPH.get_all_asset_keys() - {dg.AssetKey(["model", "version"])})


def describe_graph() -> str:
    """Return the code location as text, a block an asset, then jobs, schedules and sensors."""
    assets = ["\n".join(describe_asset(key)) for key in sorted(GRAPH.get_all_asset_keys())]
    return "\n\n".join([*assets, "\n".join(describe_jobs()), "\n".join(describe_starts())]) + "\n"


def describe_asset(key: dg.AssetKey) -> Iterator[str]:
    node = GRAPH.get(key)
    yield f"asset {name(key)}"
    yield f"  group: {node.group_name}"
    yield f"  owners: {join(node.owners)}"
    yield f"  kinds: {join(node.kinds)}"
    yield f"  tags: {join(f'{tag}={value}' for tag, value in node.tags.items() if value)}"
    yield f"  partitions: {node.partitions_def or 'none'}"
    yield f"  pools: {join(node.pools or ())}"
    yield f"  made with: {join(name(each) for each in node.execution_set_asset_keys - {key})}"
    yield f"  deps: {join(describe_dep(key, parent) for parent in node.parent_keys)}"
    yield f"  checks: {join(describe_check(each) for each in node.check_keys)}"


def describe_dep(child: dg.AssetKey, parent: dg.AssetKey) -> str:
    mapping = GRAPH.get_partition_mapping(child, parent)
    is_same_date = isinstance(mapping, dg.TimeWindowPartitionMapping) and mapping == dg.TimeWindowPartitionMapping()
    return name(parent) if is_same_date else f"{name(parent)} by {mapping}"


def describe_check(key: dg.AssetCheckKey) -> str:
    return f"{key.name} (blocks)" if GRAPH.get(key).blocking else key.name


def describe_jobs() -> Iterator[str]:
    for job in sorted(defs.resolve_all_job_defs(), key=lambda each: each.name):
        if not job.name.startswith("__"):
            assets = join(name(key) for key in job.asset_layer.executable_asset_keys)
            yield f"job {job.name}: {job.executor_def.name}, {assets}"


def describe_starts() -> Iterator[str]:
    for schedule in defs.schedules or ():
        assert isinstance(schedule, dg.ScheduleDefinition)
        yield f"schedule {schedule.name}: {schedule.cron_schedule} {schedule.execution_timezone}, {schedule.job_name}"
    for sensor in defs.sensors or ():
        yield f"sensor {sensor.name}: {sensor.sensor_type.value}, {sensor.default_status.value}"


def name(key: dg.AssetKey) -> str:
    return ".".join(key.path)


def join(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "none"


def test_the_asset_graph_is_the_one_that_was_last_agreed_on() -> None:
    assert describe_graph() == SNAPSHOT.read_text(encoding="utf-8"), "run python -m tests.snapshot.test_asset_graph"


def test_every_asset_has_an_owner_a_group_a_kind_a_description_and_daily_partitions() -> None:
    for key in GRAPH.get_all_asset_keys():
        node = GRAPH.get(key)
        assert len(node.owners) == 1, key
        assert node.kinds, key
        assert node.group_name != "default", key
        assert node.description, key
        assert isinstance(node.partitions_def, dg.DailyPartitionsDefinition), key


def test_a_table_depends_on_tables_of_its_own_date_only() -> None:
    """A dependency on other dates would make a backfill of some dates go on to dates that nobody asked for."""
    deps = {name(key): [describe_dep(key, parent) for parent in GRAPH.get(key).parent_keys] for key in TABLES}
    assert not {table: each for table, each in deps.items() if any(" by " in dep for dep in each)}


if __name__ == "__main__":
    SNAPSHOT.write_text(describe_graph(), encoding="utf-8")
