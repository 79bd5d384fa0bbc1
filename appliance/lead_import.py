"""Reading a CSV file of leads into the box, row by row, with a report of what became of each."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from appliance.roots.command import CommandParts
from gateway.csv_rows import SOURCE, CsvRow
from gateway.intake import Intake, Receipt, refused, store
from gateway.language import lingua_detector
from models.database import Database
from models.errors import ConflictError, InvalidInputError, NotFoundError
from models.queries import intake
from models.sealing import token_sha256
from models.tables.intake import Connection

UNUSED_TOKEN_BYTES = 32


class RowOutcome(StrEnum):
    """What became of a row."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class RowReport:
    """One row's fate; `reason` is a sentence for a refused one."""

    line: int
    outcome: RowOutcome
    lead_id: UUID | None = None
    reason: str = ""


def only_campaign(parts: CommandParts) -> str:
    """Return the one campaign there is; raises InvalidInputError that names them when there are others to choose."""
    match sorted(parts.campaigns):
        case [only]:
            return only
        case []:
            message = "There is no campaign."
            raise InvalidInputError(message, hint="Set LEADKEEP_CAMPAIGNS_DIR to the directory that has them.")
        case several:
            message = "Several campaigns could answer these leads."
            raise InvalidInputError(message, hint=f"Choose one with --campaign: {', '.join(several)}.")


async def import_rows(parts: CommandParts, rows: list[CsvRow], campaign: str) -> AsyncIterator[RowReport]:
    """Store each row as a lead of the campaign, in its own transaction; safe to repeat after an interruption."""
    connection = await _connection(parts.database, parts.campaign(campaign).slug)
    door = Intake(parts.database, parts.keyring, parts.campaigns, lingua_detector())
    for row in rows:
        yield await _import_row(door, connection, row)


async def _import_row(door: Intake, connection: Connection, row: CsvRow) -> RowReport:
    if row.problem:
        return RowReport(row.line, RowOutcome.REFUSED, reason=row.problem)
    try:
        receipt = await store(door, connection, row.delivery())
    except ConflictError as conflict:
        return RowReport(row.line, RowOutcome.REFUSED, reason=conflict.message)
    return _report(row.line, receipt)


def _report(line: int, receipt: Receipt) -> RowReport:
    if receipt.lead_id is None:
        return RowReport(line, RowOutcome.REFUSED, reason=refused(receipt).message)
    outcome = RowOutcome.ACCEPTED if receipt.is_new else RowOutcome.DUPLICATE
    return RowReport(line, outcome, receipt.lead_id)


async def _connection(database: Database, campaign: str) -> Connection:
    """Return the campaign's connection for files; nobody knows its token, so no request can use it."""
    name = f"csv {campaign}"
    async with database.read() as session:
        found = await intake.connection_by_name(session, name)
    if found is not None:
        return found
    digest = token_sha256(secrets.token_urlsafe(UNUSED_TOKEN_BYTES))
    async with database.begin() as writing:
        await intake.add_connection(writing, source=SOURCE, name=name, campaign=campaign, token_sha256=digest)
    async with database.read() as session:
        made = await intake.connection_by_name(session, name)
    if made is None:
        message = "the connection for files was removed meanwhile"
        raise NotFoundError(message, hint="Run the same command again.")
    return made
