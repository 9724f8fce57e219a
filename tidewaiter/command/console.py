"""The console that commands print tables on.

Belongs here: its width where there is no terminal to ask.
Belongs elsewhere: what is printed (tidewaiter/view).
"""

import os

from rich.console import Console

WIDTH_WITHOUT_TERMINAL = 110


def open_console() -> Console:
    """Return a console as wide as the terminal, or wide enough for a queue where the output is a pipe or a file."""
    console = Console()
    if console.is_terminal or "COLUMNS" in os.environ:
        return console
    return Console(width=WIDTH_WITHOUT_TERMINAL)
