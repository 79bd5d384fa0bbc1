"""`leadkeep settings`: what is set, what each setting means, and the two documents that are made from it."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from appliance.listing import add_row, list_console, listing
from appliance.settings import Settings, load_settings, variable
from appliance.settings_text import environment_file, page, shown_value


class Form(StrEnum):
    """What to print."""

    TABLE = "table"
    MARKDOWN = "markdown"
    ENV = "env"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("settings")(show)


def show(
    form: Annotated[
        Form, typer.Option("--as", help="table: current values; markdown, env: the documents")
    ] = Form.TABLE,
) -> None:
    """Show every setting with its current value; secrets are hidden."""
    match form:
        case Form.TABLE:
            list_console().print(_table(load_settings()))
        case Form.MARKDOWN:
            typer.echo(page(), nl=False)
        case Form.ENV:
            typer.echo(environment_file(), nl=False)


def _table(settings: Settings) -> Table:
    table = listing("setting", "value", "meaning", whole=max(len(variable(name)) for name in Settings.model_fields))
    for name, field in Settings.model_fields.items():
        add_row(table, variable(name), shown_value(getattr(settings, name)), field.description)
    return table
