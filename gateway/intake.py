"""Receive: what a source delivered becomes rows, sealed, in one transaction; nothing is acknowledged before its commit.

Webhooks and CSV files go this way alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from gateway.language import DetectLanguage, choose_language
from gateway.parsed import REFUSALS, Delivery, ParsedLead, Refusal
from models.database import Database, Session
from models.errors import ConflictError, InvalidInputError, UnavailableError
from models.lead import LeadDetails
from models.policy import Campaign
from models.queries import intake
from models.queries.leads import audit
from models.sealing import DataKey, Keyring
from models.tables.intake import Connection

log = structlog.get_logger(__name__)

ACTOR = "gateway"
BODY = "inbound_body"
PLAIN_ID = re.compile(r"[\w.:\-]{1,128}", re.ASCII)


@dataclass(frozen=True)
class Intake:
    """What storing needs, the same for every delivery."""

    database: Database
    keyring: Keyring
    campaigns: Mapping[str, Campaign]
    detect: DetectLanguage


@dataclass(frozen=True)
class Receipt:
    """The rows that stand for a delivery; no lead when it was refused, `is_new` False when it had come before."""

    event_id: UUID
    lead_id: UUID | None
    is_new: bool
    refusal: Refusal | None = None


@dataclass(frozen=True)
class _Sealed:
    """A delivery ready to be stored: everything slow or fallible is done."""

    event: intake.NewEvent
    lead: intake.NewLead | None
    consent: bytes | None
    given_at: datetime | None


def refused(receipt: Receipt) -> InvalidInputError:
    """Return the error that tells the sender why its stored delivery is no lead."""
    sentence = REFUSALS[receipt.refusal] if receipt.refusal else "this delivery is no lead"
    return InvalidInputError(sentence, hint="Correct the field email and send it again with a new submission_id.")


async def store(parts: Intake, connection: Connection, delivery: Delivery) -> Receipt:
    """Store a delivery once and return its receipt after the commit; safe to repeat.

    A refused delivery is stored too, as an event without a lead. Raises ConflictError when the source gave the id of
    an earlier delivery to another one, UnavailableError when the database does not answer.
    """
    sealed = _seal(parts, connection, delivery)
    async with parts.database.begin() as session:
        receipt = await _insert(session, sealed)
    if receipt.is_new:
        name = "event.refused" if receipt.refusal else "event.stored"
        log.info(name, event_id=receipt.event_id, lead_id=receipt.lead_id, source=connection.source)
    return receipt


async def _insert(session: Session, sealed: _Sealed) -> Receipt:
    event = await intake.store_event(session, sealed.event)
    if not event.is_new:
        return _earlier(event, sealed.event)
    if sealed.lead is None:
        refusal = Refusal(event.refused_because)
        await audit(session, actor=ACTOR, action="event.refused", subject_id=event.id, details={"reason": refusal})
        return Receipt(event.id, None, is_new=True, refusal=refusal)
    lead_id = await intake.insert_lead(session, event, sealed.lead)
    if sealed.consent is not None:
        await intake.insert_consent(
            session, lead_id, sealed_text=sealed.consent, given_at=sealed.given_at, source=sealed.lead.source
        )
    details = {"source": sealed.lead.source, "campaign": sealed.lead.campaign, "consent": sealed.consent is not None}
    await audit(session, actor=ACTOR, action="lead.received", lead_id=lead_id, subject_id=event.id, details=details)
    return Receipt(event.id, lead_id, is_new=True)


def _earlier(stored: intake.StoredEvent, event: intake.NewEvent) -> Receipt:
    if stored.body_sha256 != event.body_sha256:
        message = "this submission_id came before, with another body"
        raise ConflictError(message, hint="Give every submission its own id; the earlier one was kept as it was.")
    refusal = Refusal(stored.refused_because) if stored.refused_because else None
    return Receipt(stored.id, stored.lead_id, is_new=False, refusal=refusal)


def _seal(parts: Intake, connection: Connection, delivery: Delivery) -> _Sealed:
    key, wrapped = parts.keyring.new_data_key()
    event = _event(parts.keyring, connection, delivery, wrapped=wrapped, sealed_body=key.seal(delivery.raw, BODY))
    if isinstance(delivery.outcome, Refusal):
        return _Sealed(event, None, None, None)
    parsed = delivery.outcome
    lead = _lead(parts, connection, parsed, key)
    consent = key.seal(parsed.consent.text.encode(), "consent") if parsed.consent else None
    return _Sealed(event, lead, consent, parsed.consent.given_at if parsed.consent else None)


def _event(
    keyring: Keyring, connection: Connection, delivery: Delivery, *, wrapped: bytes, sealed_body: bytes
) -> intake.NewEvent:
    digest = keyring.digest(BODY, delivery.canonical)
    refusal = delivery.outcome if isinstance(delivery.outcome, Refusal) else ""
    return intake.NewEvent(
        connection_id=connection.id,
        source=connection.source,
        external_id=_external_id(keyring, delivery.external_id, digest),
        body_sha256=digest,
        content_type=delivery.content_type,
        wrapped_key=wrapped,
        sealed_body=sealed_body,
        refused_because=refusal,
    )


def _external_id(keyring: Keyring, own_id: str, digest: bytes) -> str:
    """Keep the source's own id as it is where it can be no personal data, else its keyed hash; without one, the body's.

    Equal bodies without an id are one submission: a form that is sent twice is stored once.
    """
    if not own_id:
        return f"body:{digest.hex()}"
    return own_id if PLAIN_ID.fullmatch(own_id) else f"id:{keyring.digest('external_id', own_id.encode()).hex()}"


def _lead(parts: Intake, connection: Connection, parsed: ParsedLead, key: DataKey) -> intake.NewLead:
    campaign = parts.campaigns.get(connection.campaign)
    if campaign is None:
        message = "this connection's campaign has no policy files"
        hint = "Tell the operator to restore the campaign's directory, then send again."
        raise UnavailableError(message, hint=hint)
    details = LeadDetails(
        contact=parsed.contact,
        message=parsed.message,
        answers=dict(parsed.answers),
        language=choose_language(parsed.language, parsed.message, campaign, parts.detect),
        country=parsed.country,
    )
    return intake.NewLead(
        campaign=campaign.slug,
        source=connection.source,
        language=details.language,
        sealed_details=key.seal_model(details, "details"),
        email_index=parts.keyring.email_index(parsed.contact.email),
    )
