"""What a one-off command at the terminal works with: the database, the keys, the campaigns."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from appliance.embedded import database as embedded_database
from appliance.keys import read_master_key
from appliance.settings import Settings
from models.campaigns import load_campaigns
from models.database import Database
from models.errors import InvalidInputError, UnavailableError
from models.migrate import newest_revision
from models.policy import Campaign
from models.queries.monitoring import revision
from models.sealing import Keyring


@dataclass(frozen=True)
class CommandParts:
    """A command's parts."""

    database: Database
    keyring: Keyring
    campaigns: dict[str, Campaign]

    def campaign(self, slug: str) -> Campaign:
        """Return a campaign; raises InvalidInputError that names those there are."""
        campaign = self.campaigns.get(slug)
        if campaign is None:
            message = f"There is no campaign {slug}."
            raise InvalidInputError(message, hint=f"Choose one of: {', '.join(self.campaigns)}.")
        return campaign


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database, which is started for the command if the appliance does not run; never makes a new one."""
    _require_data(settings)
    async with embedded_database(settings) as url:
        database = Database.connect(url, pool_size=2)
        try:
            await _check_migrated(database)
            yield database
        finally:
            await database.close()


@asynccontextmanager
async def command_parts(settings: Settings) -> AsyncIterator[CommandParts]:
    """Open everything; raises KeyFileError when there is no master key yet."""
    keyring = Keyring.from_master_key(read_master_key(settings.master_key_path))
    async with open_database(settings) as database:
        yield CommandParts(database, keyring, load_campaigns(settings.campaigns_dir))


def _require_data(settings: Settings) -> None:
    """Refuse to begin an empty database where a command was merely typed in another directory than the box's."""
    if settings.database_url is None and not (settings.var_dir / "postgres").exists():
        message = f"There is no Leadkeep in {settings.var_dir}."
        hint = "Go to the directory where it was started, set LEADKEEP_VAR_DIR, or make one with `leadkeep run`."
        raise UnavailableError(message, hint=hint)


async def _check_migrated(database: Database) -> None:
    async with database.read() as session:
        if await revision(session) != newest_revision():
            message = "The database is not at this release's migration."
            raise UnavailableError(message, hint="Run `leadkeep migrate`, or start the box with `leadkeep run`.")
