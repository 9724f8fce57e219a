"""Set-up either makes an environment that holds what the lock says, or names what is missing and its cure.

Belongs here: tools/setup.sh, the locks, the Makefile's promises and the Dagster settings a home starts from.
Belongs elsewhere: what the commands do once the environment stands.
"""

import fcntl
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from dagster import DagsterInstance

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def write_wheel(folder: Path, name: str) -> Path:
    """A wheel with one empty module of that name lies in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return path


def pin(wheel: Path) -> str:
    """The wheel's line in a lock."""
    name = wheel.name.partition("-")[0]
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def make_project(folder: Path) -> Path:
    """A project with the real set-up script, whose locks name wheels that lie in its own folder wheels/."""
    wheels = folder / "wheels"
    first, second = write_wheel(wheels, "alpha"), write_wheel(wheels, "beta")
    write_wheel(wheels, "linked")
    (folder / "tools").mkdir()
    shutil.copy(ROOT / "tools/setup.sh", folder / "tools/setup.sh")
    (folder / "requirements.in").write_text("alpha\n")
    (folder / "requirements.lock").write_text(pin(first))
    (folder / "requirements-dev.lock").write_text(pin(first) + pin(second))
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (folder / "backend.py").write_text(
        "import shutil\n\n\ndef build_editable(folder, settings=None, metadata=None):\n"
        '    shutil.copy("wheels/linked-1.0-py3-none-any.whl", folder)\n'
        '    return "linked-1.0-py3-none-any.whl"\n'
    )
    return folder


def make_environ(project: Path, **changes: str) -> dict[str, str]:
    """An environment with an empty home, no settings of this machine's pip, and the wheels of the project."""
    home = project / "home"
    home.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHON": sys.executable,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": (project / "wheels").as_uri(),
        **changes,
    }


def set_up(project: Path, profile: str = "run", **changes: str) -> subprocess.CompletedProcess[str]:
    """What the script printed and how it ended."""
    return subprocess.run(
        ["sh", project / "tools/setup.sh", profile],
        env=make_environ(project, **changes),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def start_set_up(project: Path, environ: dict[str, str]) -> subprocess.Popen[str]:
    """The script runs, for the profile of a night."""
    script = str(project / "tools/setup.sh")
    return subprocess.Popen(
        ["sh", script, "run"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def write_python(folder: Path, name: str, says: str) -> Path:
    """A program that answers the set-up's questions as a Python of the system would, and can make no environment."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(
        f'#!/bin/sh\ncase "$*" in\n*libgomp*) printf "{says}" ;;\n*base_prefix*) echo /usr ;;\n*) exit 9 ;;\nesac\n'
    )
    path.chmod(0o755)
    return path


def list_modules(project: Path) -> set[str]:
    """The modules that the locks and the link brought."""
    return {path.stem for path in project.glob(".venv/lib/*/site-packages/*.py")} & {"alpha", "beta", "linked"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("a folder with spaces") / "tide waiter")


def test_set_up_installs_the_lock_and_then_has_nothing_to_do(project: Path) -> None:
    first = set_up(project)
    assert first.returncode == 0, first.stderr
    assert {"alpha", "linked"} <= list_modules(project)
    again = set_up(project)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_the_developer_lock_is_added_to_a_standing_environment_and_serves_a_run(project: Path) -> None:
    set_up(project)
    added = set_up(project, "dev")
    assert "making .venv" not in added.stdout
    assert list_modules(project) == {"alpha", "beta", "linked"}
    assert set_up(project, "run").stdout == ""


def test_a_changed_project_file_is_linked_again_without_a_new_environment(project: Path) -> None:
    set_up(project)
    with (project / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    changed = set_up(project)
    assert changed.stdout == "set-up: linking Tidewaiter itself into .venv\nset-up: ready\n"


def test_an_environment_without_a_stamp_is_made_again_from_nothing(project: Path) -> None:
    set_up(project)
    (project / ".venv/setup.stamp").unlink()
    stray = project / ".venv/half-made"
    stray.touch()
    assert "making .venv again" in set_up(project).stdout
    assert not stray.exists()


def test_a_folder_that_moved_gets_a_new_environment(project: Path, tmp_path: Path) -> None:
    set_up(project)
    moved = tmp_path / "moved"
    shutil.copytree(project, moved, symlinks=True)
    write_python(tmp_path / "bin", "python3", r"3.12\n")
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    assert "making .venv again" in set_up(moved, PYTHON="", PATH=path).stdout


def test_a_file_that_is_not_the_locked_one_is_refused_and_leaves_no_stamp(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    write_wheel(project / "wheels", "alpha").write_bytes(b"something else")
    refused = set_up(project)
    assert refused.returncode == 1
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in refused.stderr
    assert not (project / ".venv/setup.stamp").exists()


def test_an_interrupted_set_up_ends_its_installer_and_leaves_no_stamp(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        index = f"http://127.0.0.1:{mute.getsockname()[1]}/simple"
        patience = {"PIP_DEFAULT_TIMEOUT": "300"}
        environ = make_environ(project, PIP_NO_INDEX="0", PIP_FIND_LINKS="", PIP_INDEX_URL=index, **patience)
        with start_set_up(project, environ) as process:
            installer, _ = mute.accept()
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
            with installer:
                installer.settimeout(20)
                while installer.recv(4096):
                    pass
    assert process.returncode == 130
    assert "the next one starts over" in errors
    assert not (project / ".venv/setup.stamp").exists()


@pytest.mark.skipif(shutil.which("flock") is None, reason="without flock, set-ups do not wait for each other")
def test_a_second_set_up_waits_for_the_first(project: Path) -> None:
    set_up(project)
    (project / "pyproject.toml").write_text((project / "pyproject.toml").read_text() + "# waits\n")
    with (project / "tools/setup.sh").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with start_set_up(project, make_environ(project)) as process:
            assert process.stdout is not None
            assert "waiting for it" in process.stdout.readline()
            fcntl.flock(turn, fcntl.LOCK_UN)
            rest, _ = process.communicate(timeout=60)
    assert rest.endswith("set-up: ready\n")


def test_each_missing_package_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    python = write_python(tmp_path / "bin", "python3.12", r"3.12\nsqlite3\nvenv\nlibgomp\n")
    stopped = set_up(project, PYTHON=str(python))
    assert stopped.returncode == 2
    for package in ("python3.12", "python3.12-venv", "libgomp1"):
        assert f"      sudo apt-get install {package}\n" in stopped.stderr
    assert not (project / ".venv").exists()
    assert set_up(project, "packages", PYTHON=str(python)).stdout == "python3.12\npython3.12-venv\nlibgomp1\n"


def test_a_python_of_another_version_is_named_with_its_version(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    python = write_python(tmp_path / "bin", "python3.14", r"3.14\n")
    stopped = set_up(project, PYTHON=str(python))
    assert stopped.returncode == 2
    assert f"Python 3.11, 3.12 or 3.13, with its venv module (found, and not usable: {python} (3.14))" in stopped.stderr


def test_a_shim_that_fails_and_a_python_of_another_version_are_passed_over(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    shims = tmp_path / "shims"
    write_python(shims, "python3", r"3.9\n")
    write_python(shims, "python3.13", "").write_text("#!/bin/sh\necho 'no such version' >&2\nexit 127\n")
    write_python(shims, "python3.12", r"3.12\n")
    chosen = set_up(project, PYTHON="", PATH=f"{shims}{os.pathsep}{os.environ['PATH']}")
    assert "set-up: making .venv with python3.12 (3.12)" in chosen.stdout


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_with_hashes_and_names_no_place(name: str) -> None:
    text = (ROOT / name).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert text.splitlines()[1] == "#    make lock"
    assert len(entries) > 50
    for entry in entries:
        assert re.match(r"[a-z0-9-]+(\[[a-z]+\])?==\S+( ; [^\n]+)? \\\n    --hash=sha256:[0-9a-f]{64}", entry), entry
    assert not re.search(r"://|^-|--(index|extra|find)| /|file:", text, re.MULTILINE)


def read_pins(name: str) -> set[str]:
    """The pinned versions of a lock, as name==version."""
    return set(re.findall(r"^[a-z0-9-]+(?:\[[a-z]+\])?==\S+", (ROOT / name).read_text(), re.MULTILINE))


def test_the_developer_lock_holds_every_pin_of_the_other() -> None:
    assert read_pins("requirements.lock") < read_pins("requirements-dev.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_asked_for_is_in_the_lock(name: str) -> None:
    asked = re.findall(r"^[A-Za-z][\w.-]*", (ROOT / name).with_suffix(".in").read_text(), re.MULTILINE)
    pinned = {re.split(r"\[|==", entry)[0] for entry in read_pins(name)}
    assert {package.lower().replace("_", "-") for package in asked} <= pinned


def test_make_alone_lists_every_target() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("nightly", "test", "check", "ui", "lock", "clean"):
        assert f"  make {target} " in shown


def test_a_home_starts_with_telemetry_off_and_one_run_at_a_time(tmp_path: Path) -> None:
    shutil.copy(ROOT / "dagster.yaml", tmp_path / "dagster.yaml")
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        settings = instance.get_concurrency_config()
        assert settings.run_queue_config is not None
        assert settings.run_queue_config.max_concurrent_runs == 1
        assert settings.pool_config.default_pool_limit == 1
        assert not instance.telemetry_enabled
        assert not instance.run_retries_retry_on_asset_or_op_failure
