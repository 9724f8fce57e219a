"""Errors that a person reads: each says what happened, where, and what to do next.

Belongs here: the exception classes of the project, how cause and fix read together.
Belongs elsewhere: decisions about when to raise them.
"""

from pathlib import Path


def add_fix(cause: str, fix: str) -> str:
    """Return a cause, and what to do about it if anything is known, as sentences."""
    if not fix:
        return cause
    return f"{cause} Fix: {fix}" if cause.endswith((".", "!", "?")) else f"{cause}. Fix: {fix}"


class TidewaiterError(Exception):
    """Anything the project raises on purpose; `fix` says what the reader can do about it."""

    def __init__(self, cause: str, *, fix: str = "") -> None:
        super().__init__(add_fix(cause, fix))
        self.cause = cause
        self.fix = fix


class FileRefusedError(TidewaiterError):
    """A landed file cannot be read as what it claims to be; none of its rows enter."""

    def __init__(self, file: str, cause: str, *, fix: str, line: int | None = None) -> None:
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {cause}", fix=fix)
        self.file = file
        self.line = line
        self.reason = cause


class ListError(TidewaiterError):
    """A dated list landed, and no copy of it can be used: what needs the list would go on as if it were empty."""


class PolicyError(TidewaiterError):
    """A policy file is missing, has an unknown key or an impossible value."""

    def __init__(self, file: Path, key: str, cause: str, *, fix: str = "correct the file and run again") -> None:
        super().__init__(f"{file.name}: {key}: {cause}", fix=fix)
        self.file = file
        self.key = key


class PolicyFolderError(PolicyError):
    """The policy folder itself is not there."""


class HomeError(TidewaiterError):
    """The home folder cannot be used."""


class FullDiskError(TidewaiterError):
    """There is no room left to write in; what was published before stands."""


class DateError(TidewaiterError):
    """There is no night for the date asked for."""


class ContractError(TidewaiterError):
    """A contract file is not a valid ODCS contract, or data does not have the columns it promises."""


class QualityError(TidewaiterError):
    """A check of severity `error` failed on a table that was about to be published."""


class PartitionMissingError(TidewaiterError):
    """A table has no published partition for the date asked for."""


class ModelMismatchError(TidewaiterError):
    """A model was trained on other features than the ones it is asked to score."""


class TooFewLabelsError(TidewaiterError):
    """There are not enough matured labels to train a model."""


class LandingError(TidewaiterError):
    """The landing folder is missing or not laid out as LANDING/<feed>/<date>/<file>."""


class ArgumentError(TidewaiterError):
    """A command is given a value that it cannot take: a folder that is not there, a code that no list has."""


class FeedError(TidewaiterError):
    """There is no feed of the name given."""


class CorrectionError(TidewaiterError):
    """Nothing says what a file corrects, or it cannot land as asked."""


class ExportError(TidewaiterError):
    """A file that was asked for cannot be written."""


class ProofError(TidewaiterError):
    """A proof cannot be run here, or one of its steps failed."""


class PartyError(ArgumentError):
    """There is no party of the id or name given, or there are several."""
