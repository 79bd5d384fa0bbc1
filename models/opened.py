"""A lead with its seal opened: what a stage works on, in memory only."""

from dataclasses import dataclass

from models.database import ReadSession, Session
from models.draft import DraftContent
from models.lead import Context, LeadDetails
from models.queries import leads
from models.sealing import DataKey, Keyring
from models.tables.intake import Lead
from models.tables.journey import ContextSnapshot, Draft


@dataclass(frozen=True)
class OpenedLead:
    """The row, its details in the clear, and the key for what will be sealed next."""

    row: Lead
    details: LeadDetails
    key: DataKey


async def open_lead(session: ReadSession | Session, keyring: Keyring, row: Lead) -> OpenedLead:
    """Open a lead's seal; raises ErasedError when its key was destroyed."""
    key = keyring.unwrap(await leads.wrapped_key(session, row.data_key_id))
    details = LeadDetails.model_validate_json(key.open(row.sealed_details, "details"))
    return OpenedLead(row, details, key)


def open_draft(key: DataKey, draft: Draft) -> DraftContent:
    """Open a draft's content."""
    return DraftContent.model_validate_json(key.open(draft.sealed_content, "draft"))


def open_context(key: DataKey, snapshot: ContextSnapshot) -> Context:
    """Open a context snapshot."""
    return Context.model_validate_json(key.open(snapshot.sealed_context, "context"))
