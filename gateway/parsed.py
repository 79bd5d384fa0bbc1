"""What any source's words become: a lead as it was sent, cleaned and typed, not yet a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from models.lead import Contact
from models.policy import Language


class Refusal(StrEnum):
    """Why a delivery is no lead; bounded, kept with the event."""

    EMAIL_MISSING = "email_missing"
    EMAIL_INVALID = "email_invalid"


REFUSALS = {
    Refusal.EMAIL_MISSING: "the lead has no e-mail address, so nobody could answer it",
    Refusal.EMAIL_INVALID: "the lead's e-mail address is not one that mail can be sent to",
}


@dataclass(frozen=True)
class GivenConsent:
    """The lawful basis that came with a lead, in the form's own words."""

    text: str
    given_at: datetime | None = None


@dataclass(frozen=True)
class ParsedLead:
    """A lead's own words; `language` only when the form said it."""

    contact: Contact
    message: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    language: Language | None = None
    country: str = ""
    consent: GivenConsent | None = None


@dataclass(frozen=True)
class Delivery:
    """One delivery of a source, read: `outcome` is the lead, or why there is none.

    `external_id` is the source's own id of it, empty when it has none; `canonical` are the bytes that are equal for
    equal deliveries.
    """

    raw: bytes
    content_type: str
    external_id: str
    canonical: bytes
    outcome: ParsedLead | Refusal
