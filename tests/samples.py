"""A small campaign and a few leads for tests of any package; no figure in it means anything."""

from datetime import date
from decimal import Decimal
from typing import Any

from models.lead import Contact, Context, LeadDetails
from models.policy import (
    Campaign,
    Claim,
    Disclosure,
    DraftingMode,
    DripSegment,
    DripStep,
    EngineDown,
    EngineDownAnswer,
    Fact,
    FactKind,
    LandingUrl,
    Language,
    Sender,
    SendingPolicy,
    Thresholds,
    Tone,
    Trigger,
)

TODAY = date(2026, 11, 23)
EXPIRES = date(2027, 6, 30)
SIGNED_OFF = "product sheet 7, signed by the product board"


def sample_campaign(**changes: Any) -> Campaign:
    """Return a small valid campaign in English and Italian; `changes` replace whole fields."""
    return Campaign.model_validate({**_campaign_fields(), **changes})


def sample_lead(message: str = "", **changes: Any) -> LeadDetails:
    """Return a lead with this message; `changes` replace whole fields."""
    fields: dict[str, Any] = {
        "contact": Contact(email="marco.rossi@example.org", first_name="Marco", last_name="Rossi"),
        "message": message or "We bought an energy efficient flat and need a mortgage. Could an adviser call me?",
        "answers": {"timeline": "within a month", "property": "flat, energy class A"},
        "language": Language.EN,
        "country": "IE",
    }
    return LeadDetails.model_validate({**fields, **changes})


def sample_context(**changes: Any) -> Context:
    """Return the context of a person who has never written before; `changes` replace whole fields."""
    return Context.model_validate(changes)


def _campaign_fields() -> dict[str, Any]:
    return {
        "slug": "green-mortgage",
        "version": "1",
        "product": {Language.EN: "Green Mortgage", Language.IT: "Mutuo Green"},
        "summary": {
            Language.EN: "A home loan for energy efficient homes and for works that save energy.",
            Language.IT: "Un mutuo per case efficienti e per lavori che fanno risparmiare energia.",
        },
        "languages": (Language.EN, Language.IT),
        "default_language": Language.EN,
        "drafting_mode": DraftingMode.ASSEMBLED,
        "sending_policy": SendingPolicy.THRESHOLD,
        "ideal_lead": "Wants to buy or renovate an energy efficient home soon and asks for an adviser.",
        "tones": (Tone.FORMAL, Tone.FRIENDLY, Tone.CONSULTATIVE),
        "thresholds": Thresholds(high_score=60, min_confidence=0.6, max_risk=0.5),
        "sender": _sender(),
        "engine_down": _engine_down(),
        "facts": _facts(),
        "claims": _claims(),
        "disclosures": _disclosures(),
        "drip": (DripSegment(id="nurture", min_score=1, steps=_steps()),),
        "links": (LandingUrl(id="guide", url="https://example.org/green"),),
        "digest": "d" * 64,
    }


def _sender() -> Sender:
    return Sender(
        name="Giulia Bianchi",
        role={Language.EN: "Mortgage adviser", Language.IT: "Consulente mutui"},
        organisation="Example Bank",
        postal_address="1 Example Street, Dublin",
        email="giulia@example.org",
        reply_to="advice@example.org",
        phone="+353 1 555 0100",
        legal_line={Language.EN: "Example Bank, lender.", Language.IT: "Example Bank, finanziatore."},
    )


def _engine_down() -> EngineDown:
    return EngineDown(
        wait_minutes=30,
        then=EngineDownAnswer.HOLDING,
        subject={Language.EN: "We have your enquiry", Language.IT: "Abbiamo la sua richiesta"},
        text={
            Language.EN: "Thank you for writing. An adviser will answer you.",
            Language.IT: "Grazie per averci scritto. Un consulente le risponderà.",
        },
    )


def _facts() -> tuple[Fact, ...]:
    common = {"source": SIGNED_OFF, "valid_from": date(2026, 1, 1), "expires": EXPIRES}
    return (
        Fact.model_validate({"id": "rate", "kind": FactKind.PERCENT, "value": Decimal("3.10"), **common}),
        Fact.model_validate({"id": "aprc", "kind": FactKind.PERCENT, "value": Decimal("3.36"), **common}),
        Fact.model_validate({"id": "max_term", "kind": FactKind.YEARS, "value": Decimal(30), **common}),
    )


def _claims() -> tuple[Claim, ...]:
    return (
        _claim(
            "advice_call", "a free call with an adviser", "An adviser can call you.", "Un consulente può chiamarla."
        ),
        _claim(
            "rate_green",
            "the interest rate",
            "The yearly rate is {rate}, the APRC {aprc}.",
            "Il TAN è {rate}, il TAEG {aprc}.",
            Trigger.RATE,
        ),
        _claim("renovation", "renovation works", "It also covers works.", "Copre anche i lavori.", Trigger.GREEN),
        _claim("term", "how long the loan lasts", "Up to {max_term}.", "Fino a {max_term}.", Trigger.FIGURE),
    )


def _claim(claim_id: str, topic: str, english: str, italian: str, *triggers: Trigger) -> Claim:
    return Claim(
        id=claim_id,
        version=1,
        topic=topic,
        texts={Language.EN: english, Language.IT: italian},
        triggers=triggers,
        approved_by="compliance desk",
        expires=EXPIRES,
    )


def _disclosures() -> tuple[Disclosure, ...]:
    return (
        Disclosure(
            id="marketing",
            triggers=(Trigger.ALWAYS,),
            texts={Language.EN: "This is a marketing message.", Language.IT: "Messaggio pubblicitario."},
            source="national transparency rules",
        ),
    )


def _steps() -> tuple[DripStep, ...]:
    return (
        DripStep(number=1, delay_hours=24, purpose="thank the reader and say what the product is for"),
        DripStep(number=2, delay_hours=72, purpose="offer a call with an adviser"),
    )
