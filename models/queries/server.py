"""What the doctor and a start ask the database server about itself."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.database import Database, sqlstate
from models.errors import SealError, UnavailableError
from models.sealing import RESTORE_KEY, Keyring

SAMPLE_KEYS = 3
"""One damaged row must not stop every process."""
REFUSALS = {
    "28": ("The database refuses the user or the password.", "Correct LEADKEEP_DATABASE_URL."),
    "3D": ("The database server has no database of this name.", "Create it, or correct LEADKEEP_DATABASE_URL."),
    "53100": ("The database server's disk is full.", "Free some space on it."),
    "53": ("The database server has no connection free.", "Raise its max_connections, or stop what uses them."),
}
"""By SQLSTATE or its class (PostgreSQL documentation, appendix A)."""


@dataclass(frozen=True)
class ServerFacts:
    """`version` is a number, 160004 for 16.4; `keeps_commits` says that a commit survives a crash of the machine."""

    version: int
    keeps_commits: bool


async def server_facts(url: str) -> ServerFacts:
    """Connect once and ask; raises UnavailableError with what to do when the server cannot be used."""
    database = Database.connect(url, pool_size=1)
    statement = text(
        "SELECT current_setting('server_version_num')::int, "
        "current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off'"
    )
    try:
        async with database.read() as session:
            version, keeps_commits = (await session.execute(statement)).one()
    except DBAPIError as error:
        raise _refusal(sqlstate(error)) from None
    except UnavailableError as error:
        state = sqlstate(error.__cause__ or error)
        if not state:
            raise
        raise _refusal(state) from None
    finally:
        await database.close()
    return ServerFacts(version, keeps_commits)


async def require_master_key(database: Database, keyring: Keyring) -> None:
    """Raise SealError when the oldest sealed data was sealed with another master key.

    A database that is down or not migrated yet is not asked: nothing can be sealed into it either.
    """
    oldest = text("SELECT wrapped FROM data_key WHERE wrapped IS NOT NULL ORDER BY id LIMIT :limit")
    try:
        async with database.read() as session:
            if await session.scalar(text("SELECT to_regclass('data_key')")) is None:
                return
            wrapped = list(await session.scalars(oldest, {"limit": SAMPLE_KEYS}))
    except UnavailableError:
        return
    if wrapped and not any(_opens(keyring, key) for key in wrapped):
        message = "The database was sealed with another master key."
        raise SealError(message, hint=RESTORE_KEY)


def _opens(keyring: Keyring, wrapped: bytes) -> bool:
    try:
        keyring.unwrap(wrapped)
    except SealError:
        return False
    return True


def _refusal(state: str) -> UnavailableError:
    unknown = (f"The database refuses the connection (SQLSTATE {state or 'unknown'}).", "Look at the server's log.")
    message, hint = REFUSALS.get(state) or REFUSALS.get(state[:2], unknown)
    return UnavailableError(message, hint=hint)
