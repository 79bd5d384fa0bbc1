"""Lists at the terminal: every stored value is shown as it is, whole, and cannot steer the terminal."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH = 1000
"""Columns where no terminal says how wide it is: there a row stays one line."""


def list_console(*, stderr: bool = False) -> Console:
    """Return a console as wide as its terminal; without one, so wide that a program reads one row a line."""
    found = Console(stderr=stderr, highlight=False)
    return found if found.is_terminal else Console(stderr=stderr, highlight=False, width=PIPE_WIDTH)


def listing(*headings: str, whole: int = 0) -> Table:
    """Return an empty table: cells are folded, never cut, and `whole` characters of the first column not even that."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for number, heading in enumerate(headings):
        kept = whole if number == 0 else 0
        table.add_column(heading, overflow="fold", no_wrap=bool(kept), min_width=kept or None)
    return table


def add_row(table: Table, *values: object) -> None:
    """Add a row of stored values."""
    table.add_row(*(shown(value) for value in values))


def shown(value: object, style: str = "") -> Text:
    """Return a stored value as text: brackets are no markup, characters that steer a terminal are their codes."""
    from appliance.timeline_view import visible

    return Text(visible(str(value)), style=style)
