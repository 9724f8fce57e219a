"""The Dagster side of a home: its settings file and its instance.

Belongs here: writing HOME/dagster/dagster.yaml from the project's, opening the instance.
Belongs elsewhere: running jobs (night.py), the UI (tidewaiter/command/ui.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import yaml

from tidewaiter.document import read_yaml
from tidewaiter.settings import PROJECT, Settings


def prepare_home(settings: Settings) -> None:
    """Leave the home with a Dagster folder whose settings are the project's and whose event log is its own."""
    folder = settings.dagster
    folder.mkdir(parents=True, exist_ok=True)
    document = read_yaml(PROJECT / "dagster.yaml")
    document["event_log_storage"] = {
        "module": "pipelines.event_log",
        "class": "KeptEventLogStorage",
        "config": {"base_dir": str(folder / "history" / "runs")},
    }
    staged = folder / "dagster.yaml.new"
    staged.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    staged.replace(folder / "dagster.yaml")


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Yield the home's instance."""
    prepare_home(settings)
    with dg.DagsterInstance.from_config(str(settings.dagster)) as instance:
        yield instance
