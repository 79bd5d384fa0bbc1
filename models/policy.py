"""A campaign's policy as typed values: facts, claims, disclosures, sender, thresholds, drip steps.

Loaded from the campaign's TOML files by `models.campaigns`; versioned by the digest of those files.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from string import Formatter
from typing import TypeVar

from pydantic import Field

from models.frozen import Frozen


class Language(StrEnum):
    """A language that the product answers in (ISO 639-1)."""

    EN = "en"
    IT = "it"


class Tone(StrEnum):
    """How a message addresses its lead."""

    FORMAL = "formal"
    FRIENDLY = "friendly"
    CONSULTATIVE = "consultative"
    URGENT = "urgent"


class DraftingMode(StrEnum):
    """Who writes the regulated statements: approved claim texts, or the model under full grounding."""

    ASSEMBLED = "assembled"
    FREE = "free"


class SendingPolicy(StrEnum):
    """What may leave without a person (design: review all, threshold, certified)."""

    REVIEW_ALL = "review_all"
    THRESHOLD = "threshold"
    CERTIFIED = "certified"


class EngineDownAnswer(StrEnum):
    """What happens to a lead when the engine stays down longer than the campaign waits."""

    REVIEW = "review"
    HOLDING = "holding"


class FactKind(StrEnum):
    """How a fact is rendered by locale."""

    PERCENT = "percent"
    MONEY = "money"
    YEARS = "years"
    COUNT = "count"
    DATE = "date"
    TEXT = "text"


class Trigger(StrEnum):
    """What in a text makes a disclosure mandatory (compliance rules D01–D15)."""

    ALWAYS = "always"
    FIGURE = "figure"
    RATE = "rate"
    BENEFIT = "benefit"
    NO_FIGURE = "no_figure"
    GREEN = "green"


class Fact(Frozen):
    """A figure or statement that the firm approved; `source` says where it was signed off."""

    id: str
    kind: FactKind
    value: Decimal | date | str
    currency: str = "EUR"
    texts: dict[Language, str] = Field(default_factory=dict)
    """For kind text: the words in each language."""
    source: str
    valid_from: date
    expires: date


class Claim(Frozen):
    """An approved, versioned, expiring statement in each language; `{fact_id}` slots are filled by code."""

    id: str
    version: int = Field(ge=1)
    topic: str
    """What it answers, in one short English phrase: the model reads this when it chooses."""
    texts: dict[Language, str]
    triggers: tuple[Trigger, ...] = ()
    approved_by: str
    expires: date


class Disclosure(Frozen):
    """A statement that must be present when any of its triggers is met; never written by the model."""

    id: str
    triggers: tuple[Trigger, ...]
    texts: dict[Language, str]
    source: str
    order: int = 100


class Sender(Frozen):
    """Who the mail comes from, as law and courtesy ask."""

    name: str
    role: dict[Language, str]
    organisation: str
    postal_address: str
    email: str
    reply_to: str
    phone: str = ""
    legal_line: dict[Language, str]


class Thresholds(Frozen):
    """The numbers that decide; each with its evidence in the campaign's file."""

    high_score: int = Field(ge=1, le=100)
    """Scores from here up are drafted and notified to sales; below, the lead enters the drip."""
    min_confidence: float = Field(ge=0, le=1)
    """Sending policy `threshold`: below this a draft goes to review."""
    max_risk: float = Field(ge=0, le=1)
    """The classifier's probability of a violation from which a draft goes to review."""


class EngineDown(Frozen):
    """How long leads wait for a silent engine, and what they get then."""

    wait_minutes: int = Field(ge=0)
    then: EngineDownAnswer
    subject: dict[Language, str]
    text: dict[Language, str]
    """The approved holding answer; no figure, no promise."""


class DripStep(Frozen):
    """One message of the drip, so many hours after the step before it."""

    number: int = Field(ge=1)
    delay_hours: int = Field(ge=0)
    purpose: str
    """What this message should do, told to the model."""


class DripSegment(Frozen):
    """A drip for the leads whose score is at least `min_score`."""

    id: str
    min_score: int = Field(ge=1, le=100)
    steps: tuple[DripStep, ...]


class LandingUrl(Frozen):
    """A link that may appear in a mail."""

    id: str
    url: str


Identified = TypeVar("Identified", Fact, Claim, Disclosure)


class Campaign(Frozen):
    """One product's whole policy. `digest` is the SHA-256 of its files and is recorded with every decision."""

    slug: str
    version: str
    product: dict[Language, str]
    summary: dict[Language, str]
    """What the product is, told to the model; no figures."""
    specification: dict[Language, str] = Field(default_factory=dict)
    """What a product's green name rests on, said beside its first use (Directive (EU) 2024/825, Annex, point 2)."""
    languages: tuple[Language, ...]
    default_language: Language
    drafting_mode: DraftingMode
    sending_policy: SendingPolicy
    ideal_lead: str
    """What makes a lead worth a fast answer, told to the model that scores."""
    tones: tuple[Tone, ...]
    thresholds: Thresholds
    sender: Sender
    engine_down: EngineDown
    facts: tuple[Fact, ...]
    claims: tuple[Claim, ...]
    disclosures: tuple[Disclosure, ...]
    drip: tuple[DripSegment, ...]
    links: tuple[LandingUrl, ...] = ()
    digest: str

    def fact(self, fact_id: str) -> Fact:
        """Return the fact with this id; KeyError when there is none."""
        return next_by_id(self.facts, fact_id)

    def claim(self, claim_id: str) -> Claim:
        """Return the claim with this id; KeyError when there is none."""
        return next_by_id(self.claims, claim_id)

    def segment_for(self, score: int) -> DripSegment | None:
        """Return the drip segment with the highest `min_score` that this score reaches."""
        reached = [segment for segment in self.drip if score >= segment.min_score]
        return max(reached, key=lambda segment: segment.min_score, default=None)

    def live_claims(self, language: Language, today: date) -> tuple[Claim, ...]:
        """Return the claims that may be used today in this language: not expired, and every fact in force."""
        return tuple(claim for claim in self.claims if language in claim.texts and self._in_force(claim, today))

    def _in_force(self, claim: Claim, today: date) -> bool:
        slots = {slot for text in claim.texts.values() for slot in slots_of(text)}
        facts = [self.fact(slot) for slot in slots]
        return today < claim.expires and all(fact.valid_from <= today < fact.expires for fact in facts)


def slots_of(text: str) -> tuple[str, ...]:
    """Return the fact ids named by `{…}` in an approved text, in order."""
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name)


def next_by_id(items: tuple[Identified, ...], item_id: str) -> Identified:
    """Return the item with this id; KeyError when there is none."""
    for item in items:
        if item.id == item_id:
            return item
    raise KeyError(item_id)
