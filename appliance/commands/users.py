"""`leadkeep users`: who may sign in at the review desk."""

import asyncio
import json
import secrets
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from appliance.listing import add_row, list_console, listing
from appliance.settings import Settings, load_settings
from models.errors import ConflictError, InvalidInputError

ACTOR = "command line"
TOKEN_BYTES = 32
INVITATION_HOURS = 24

users = typer.Typer(no_args_is_help=True, help="People who may sign in at the review desk.")


class Role(StrEnum):
    """What a person may do: reviewers decide about drafts, operators also run the box."""

    REVIEWER = "reviewer"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Account:
    """One person in the list."""

    name: str
    role: str
    created_at: datetime
    disabled_at: datetime | None

    @property
    def state(self) -> str:
        """Return the word that the list shows."""
        return "disabled" if self.disabled_at else ""


RoleOption = Annotated[Role, typer.Option(help="reviewer: decides about drafts; operator: also runs the box")]
Hours = Annotated[int, typer.Option(min=1, max=168, help="hours for which the link works")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(users, name="users")


@users.command()
def add(
    name: Annotated[str, typer.Argument(help="2 to 64 small letters, digits, dots or dashes")],
    role: RoleOption = Role.REVIEWER,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="make the account now")] = False,
) -> None:
    """Print a one-time link for a person, or make their account with a password from standard input."""
    if not password_stdin:
        _print_invitation(load_settings(), role, hours=INVITATION_HOURS, person=name)
        return
    password = sys.stdin.readline().rstrip("\r\n")
    asyncio.run(_add(load_settings(), name, password, role))
    Console(highlight=False).print(f"{name.strip().lower()} can sign in as {role}.", markup=False)


@users.command()
def invite(role: RoleOption = Role.REVIEWER, hours: Hours = INVITATION_HOURS) -> None:
    """Print a link with which one person makes one account."""
    _print_invitation(load_settings(), role, hours=hours, person="the person")


@users.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="for a program")] = False) -> None:
    """List everybody who may sign in."""
    found = asyncio.run(_accounts(load_settings()))
    if as_json:
        typer.echo(json.dumps([asdict(account) for account in found], default=str))
        return
    table = listing("name", "role", "since", "state")
    for account in found:
        add_row(table, account.name, account.role, f"{account.created_at:%Y-%m-%d}", account.state)
    list_console().print(table)


@users.command()
def disable(name: Annotated[str, typer.Argument(help="who may no longer sign in")]) -> None:
    """End a person's access at once; what they decided stays in the record under their name."""
    asyncio.run(_disable(load_settings(), name.strip().lower()))
    Console(highlight=False).print(f"{name.strip().lower()} can no longer sign in.", markup=False)


def _print_invitation(settings: Settings, role: Role, *, hours: int, person: str) -> None:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    asyncio.run(_invite(settings, token, role, hours=hours))
    typer.echo(f"{settings.base_url}/join/{token}")
    sentence = f"Send this link to {person}: it makes one account ({role}), once, within {hours} hours."
    Console(stderr=True, highlight=False).print(sentence, markup=False)


async def _add(settings: Settings, name: str, password: str, role: Role) -> None:
    from appliance.roots.command import open_database
    from models.queries import leads, people
    from ui.signin import accounts, passwords

    problem = accounts.problem_with(name, password, password)
    if problem:
        raise InvalidInputError(problem)
    password_hash = await passwords.hashed(password)
    async with open_database(settings) as database, database.begin() as session:
        user_id = await people.add_user(session, name=name.strip().lower(), password_hash=password_hash, role=role)
        if user_id is None:
            message = "This name is taken."
            raise ConflictError(message, hint="`leadkeep users list` shows who is there.")
        await leads.audit(session, actor=ACTOR, action="user.added", subject_id=user_id, details={"role": role})


async def _invite(settings: Settings, token: str, role: Role, *, hours: int) -> None:
    from appliance.roots.command import open_database
    from models.queries import leads, people
    from models.sealing import token_sha256

    async with open_database(settings) as database, database.begin() as session:
        await people.invite(session, token_sha256=token_sha256(token), role=role, hours=hours)
        await leads.audit(session, actor=ACTOR, action="user.invited", details={"role": role, "hours": hours})


async def _accounts(settings: Settings) -> list[Account]:
    from appliance.roots.command import open_database
    from models.queries import people

    async with open_database(settings) as database, database.read() as session:
        return [
            Account(user.name, user.role, user.created_at, user.disabled_at) for user in await people.users(session)
        ]


async def _disable(settings: Settings, name: str) -> None:
    from appliance.roots.command import open_database
    from models.queries import leads, people

    async with open_database(settings) as database, database.begin() as session:
        user_id = await people.disable_user(session, name)
        if user_id is None:
            message = "Nobody by this name may sign in."
            raise InvalidInputError(message, hint="`leadkeep users list` shows who is there.")
        await leads.audit(session, actor=ACTOR, action="user.disabled", subject_id=user_id)
