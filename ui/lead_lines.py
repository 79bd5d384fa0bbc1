"""A lead as one line of a list: the row opened, worded and ready for a template."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.errors import DamagedSealError, ErasedError
from models.lead import LeadDetails
from models.policy import Language
from models.queries.desk import WAITING, LeadLine
from models.sealing import Keyring
from models.states import LeadState
from ui.labels import STATE_MEANING, language_name, state_label, state_tone
from ui.moments import Moment, moment
from ui.parts import UiParts
from ui.words import Piece, pieces

NAME_LENGTH = 80


@dataclass(frozen=True)
class StateView:
    """A state's badge."""

    value: str
    label: str
    tone: str
    meaning: str


@dataclass(frozen=True)
class LeadLineView:
    """One lead in a list; `waits` is None where nobody waits for anything."""

    id: str
    url: str
    name: tuple[Piece, ...]
    campaign: str
    source: str
    language: str
    language_name: str
    state: StateView
    score: int | None
    received: Moment
    waits: Moment | None
    step: int


def state_view(state: LeadState) -> StateView:
    """Word a state for its badge."""
    return StateView(state, state_label(state), state_tone(state), STATE_MEANING[state])


def line_view(line: LeadLine, parts: UiParts, now: datetime) -> LeadLineView:
    """Open a line and word it; an erased lead has no name any more."""
    return LeadLineView(
        id=str(line.id),
        url=lead_url(line.id),
        name=name_of(line, parts.keyring),
        campaign=product_name(parts, line.campaign),
        source=line.source.replace("_", " "),
        language=line.language,
        language_name=language_name(line.language),
        state=state_view(line.state),
        score=line.score,
        received=moment(line.received_at, now),
        waits=moment(line.state_since, now) if line.state in WAITING else None,
        step=line.step,
    )


def name_of(line: LeadLine, keyring: Keyring) -> tuple[Piece, ...]:
    """Return a lead's name, or the address when no name was given."""
    try:
        sealed = keyring.unwrap(line.wrapped_key).open(line.sealed_details, "details")
    except ErasedError:
        return (Piece("erased"),)
    except DamagedSealError:
        return (Piece("cannot be read"),)
    return display_name(LeadDetails.model_validate_json(sealed))


def display_name(details: LeadDetails) -> tuple[Piece, ...]:
    """Return how the desk calls a lead."""
    contact = details.contact
    full = " ".join(f"{contact.first_name} {contact.last_name}".split()) or contact.email
    return pieces(full[:NAME_LENGTH])


def lead_url(lead_id: UUID) -> str:
    """Return the address of a lead's own page."""
    return f"/leads/{lead_id}"


def product_name(parts: UiParts, slug: str) -> str:
    """Return a campaign's product in the desk's language; its slug when the campaign is gone."""
    campaign = parts.campaigns.get(slug)
    return slug if campaign is None else campaign.product.get(Language.EN, slug)
