"""The command `ui`: Dagster's own UI over this home.

Belongs here: preparing the home and starting the server.
Belongs elsewhere: what the UI shows (pipelines, assets).
"""

import os
import sys

import typer

from pipelines.home import prepare_home
from tidewaiter.policy import load_policy
from tidewaiter.settings import PROJECT, Settings


def serve_ui(settings: Settings, host: str, port: int) -> None:
    """Replace this process with `dagster dev`; it ends with it."""
    load_policy(settings.policy)
    prepare_home(settings)
    typer.echo(f"Dagster UI: http://{host}:{port}  (home {settings.home}; stop with Ctrl-C)")
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-w",
        str(PROJECT / "workspace.yaml"),
        "-h",
        host,
        "-p",
        str(port),
    ]
    os.chdir(PROJECT)
    os.execve(sys.executable, command, {**os.environ, **settings.to_environment()})  # noqa: S606
