"""Erasing a lead: its data key is destroyed, so every sealed copy, backups included, becomes unreadable (GDPR Art 17).

The rows stay, with ids, states and times only, and with them the audit chain. A suppression stays too: it is what keeps
the address from being written to again.
"""

import os
from uuid import UUID

from sqlalchemy import func, select, update

from models.database import ReadSession, Session
from models.errors import ErasedError
from models.queries import leads
from models.states import LeadState
from models.tables.delivery import Delivery
from models.tables.intake import DataKeyRow, Lead

INDEX_BYTES = 32


async def erase(session: Session, lead_id: UUID, *, actor: str) -> None:
    """Destroy a lead's key and end its journey, whatever a worker holds of it. Raises NotFoundError and ErasedError.

    The blind index is overwritten, so that nothing joins the row to the person's other leads any more.
    """
    row = await leads.lead(session, lead_id)
    if row.state == LeadState.ERASED:
        message = "this lead was erased before"
        raise ErasedError(message)
    before, key_id = row.state, row.data_key_id
    ending = {"state": LeadState.ERASED, "state_since": func.now(), "token": Lead.token + 1, "due_at": None}
    ended = update(Lead).where(Lead.id == lead_id)
    await session.execute(ended.values(**ending, lease_until=leads.EPOCH, email_index=os.urandom(INDEX_BYTES)))
    key = update(DataKeyRow).where(DataKeyRow.id == key_id)
    await session.execute(key.values(wrapped=None, destroyed_at=func.now()))
    unsent = update(Delivery).where(Delivery.lead_id == lead_id, Delivery.state == "pending")
    await session.execute(unsent.values(state="void", settled_at=func.now()))
    details = {"from": before, "to": LeadState.ERASED}
    await leads.audit(session, actor=actor, action="lead.erased", lead_id=lead_id, details=details)


async def leads_of(session: ReadSession, email_index: bytes, *, limit: int = 200) -> list[UUID]:
    """Return the leads of one address, newest first."""
    found = select(Lead.id).where(Lead.email_index == email_index).order_by(Lead.id.desc()).limit(limit)
    return list(await session.scalars(found))
