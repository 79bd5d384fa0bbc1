"""Leads put into the database for tests, through the product's own queries."""

from uuid import UUID

from models.database import Database
from models.ids import new_id
from models.lead import LeadDetails
from models.queries.intake import NewEvent, NewLead, add_connection, insert_lead, store_event
from models.sealing import Keyring, token_sha256
from tests.samples import sample_lead


async def add_lead(database: Database, keyring: Keyring, details: LeadDetails | None = None) -> UUID:
    """Store an inbound event and its lead as the gateway does; return the lead's id."""
    details = details or sample_lead()
    key, wrapped = keyring.new_data_key()
    async with database.begin() as session:
        name = f"form-{new_id()}"
        hashed = token_sha256(name)
        await add_connection(session, source="web-form", name=name, campaign="green-mortgage", token_sha256=hashed)
    async with database.begin() as session:
        event = await store_event(
            session,
            NewEvent(
                connection_id=await _connection_id(database, hashed),
                source="web-form",
                external_id=str(new_id()),
                body_sha256=b"0" * 32,
                content_type="application/json",
                wrapped_key=wrapped,
                sealed_body=key.seal(b"{}", "body"),
            ),
        )
        lead = NewLead(
            campaign="green-mortgage",
            source="web-form",
            language=details.language,
            sealed_details=key.seal_model(details, "details"),
            email_index=keyring.email_index(details.contact.email),
        )
        return await insert_lead(session, event, lead)


async def _connection_id(database: Database, hashed: bytes) -> UUID:
    from models.queries.intake import connection_by_token

    async with database.read() as session:
        connection = await connection_by_token(session, hashed)
    assert connection is not None
    return connection.id
