"""What the journey asks of a CRM: who is this person, keep them, put a task in front of sales, note a sent mail.

A worker may repeat any call after a crash or a lost answer, so each one states what a repetition does.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

CrmId = NewType("CrmId", str)
"""The CRM's own id of a record."""

PROBE_EMAIL = "doctor@leadkeep.invalid"
"""Looked up by `check`: belongs to nobody (RFC 2606), so the answer holds nobody's data."""


@dataclass(frozen=True, slots=True)
class CrmContact:
    """A person as the CRM knows them; empty strings where it knows nothing."""

    id: CrmId
    first_name: str = ""
    last_name: str = ""
    status: str = ""
    lifecycle: str = ""
    owner_id: str = ""
    opted_out: bool = False
    """Of all e-mail; then nothing is sent."""


@dataclass(frozen=True, slots=True)
class ContactFields:
    """What a lead told about themselves. `key` is our own stable id, used where the CRM has a field for it."""

    email: str
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    company: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class ReviewTask:
    """A to-do for sales: a link to the review page or the lead's, never the draft or the lead's words."""

    contact_id: CrmId
    body: str
    due_at: datetime
    idempotency_key: str
    owner_id: str = ""
    """Of the CRM's user; empty means the account's default."""
    subject: str = "AI draft to review"


@dataclass(frozen=True, slots=True)
class MailActivity:
    """The note on a contact that a mail was sent: a link, never the mail."""

    contact_id: CrmId
    body: str
    sent_at: datetime
    idempotency_key: str
    subject: str = "Mail sent"


class Crm(Protocol):
    """One CRM account. Every method raises TransportError when the CRM cannot or will not do it."""

    @property
    def name(self) -> str:
        """The vendor, in lower case, as settings and metrics call it."""

    async def find_contact(self, email: str) -> CrmContact | None:
        """Return the person with this address, None when the CRM has none. Changes nothing."""

    async def upsert_contact(self, contact: ContactFields) -> CrmId:
        """Create the person, or fill the fields that the CRM has blank; never overwrites what it knows.

        A form is a stranger's word: it may not rename a customer. Repeating it changes nothing.
        """

    async def create_task(self, task: ReviewTask) -> CrmId:
        """Create the task, or return the contact's task that already carries this idempotency key."""

    async def log_activity(self, activity: MailActivity) -> CrmId:
        """Note the sent mail, or return the contact's note that already carries this idempotency key."""

    async def check(self) -> None:
        """Make one cheap authenticated call that reads nobody's data; for `leadkeep doctor`."""


def marker(idempotency_key: str) -> str:
    """Return the line that ends a task's or note's text and by which a repetition recognises it."""
    return f"Leadkeep reference: {idempotency_key}"


def blanks_of(found: dict[str, str], wanted: dict[str, str]) -> dict[str, str]:
    """Return the wanted values, by field name, that are known to us and blank in what the CRM holds."""
    return {name: value for name, value in wanted.items() if value and not found.get(name)}
