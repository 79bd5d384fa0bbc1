"""`leadkeep`: every module of `appliance/commands` brings its commands by a function `register(app)`.

Commands import what they need when they run, so that `leadkeep --help` answers at once.
"""

import importlib
import pkgutil
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from appliance import commands
from appliance.refusal import explained
from appliance.setup_failure import SetupFailure
from models.errors import DomainError

FAILED = 1


class Sentences(TyperGroup):
    """Turns an error that we know how to explain into a sentence and exit status 1.

    Any other keeps its traceback, or is named with the log that has it once a command logs into a file (`logs.py`).
    """

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the types are private to typer
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (DomainError, SetupFailure, OSError, BaseExceptionGroup) as error:
            known = explained(error)
            if known is None:
                raise
            _complain(known)
        raise typer.Exit(FAILED)


app = typer.Typer(
    name="leadkeep",
    cls=Sentences,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def leadkeep() -> None:
    """Answer every lead in minutes, on your own GPUs, and never send a sentence the law forbids."""


def _register_all() -> None:
    for module in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"{commands.__name__}.{module.name}").register(app)


def _complain(error: DomainError | SetupFailure) -> None:
    sentence = f"{error.message} {error.hint}" if isinstance(error, DomainError) else str(error)
    Console(stderr=True, highlight=False).print(sentence.strip(), markup=False, soft_wrap=True)


_register_all()
