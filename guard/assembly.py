"""Turns the model's choice of claims and its few own words into a whole message; figures and footer are code's work.

Pure: the same parts, campaign and day give the same bytes. Every paragraph keeps its origin.
"""

from dataclasses import dataclass
from datetime import date

from guard.figures import fill
from guard.footer import compile_footer, raise_when_expired, required_disclosures
from guard.salutation import greeting
from models.draft import DraftContent, DraftParts, Origin, Segment
from models.errors import PolicyError
from models.policy import Campaign, Claim, Language


@dataclass(frozen=True)
class _Frame:
    """What surrounds every message, whoever wrote its body."""

    campaign: Campaign
    language: Language
    today: date
    unsubscribe_url: str


def assemble(
    parts: DraftParts,
    *,
    first_name: str,
    language: Language,
    campaign: Campaign,
    today: date,
    unsubscribe_url: str,
) -> DraftContent:
    """Return the message of these parts; raise PolicyError for a claim or a figure that is not in force today."""
    live = {claim.id: claim for claim in campaign.live_claims(language, today)}
    claims = [claim_segment(_live(live, block), campaign, language) for block in dict.fromkeys(parts.blocks)]
    own = [_own(text) for text in (" ".join(parts.bridges), parts.closing)]
    bridges, closing = ([segment] if segment.text else [] for segment in own)
    opening = _own(greeting(parts.greeting, first_name, language))
    body = (opening, *bridges, *claims, *closing)
    body = _with_specification(body, campaign, language)
    subject = " ".join(parts.subject.split())
    return _content((subject, Origin.MODEL), body, _Frame(campaign, language, today, unsubscribe_url))


def recompose(
    subject: str,
    body_text: str,
    *,
    language: Language,
    campaign: Campaign,
    today: date,
    unsubscribe_url: str,
    original: DraftContent,
) -> DraftContent:
    """Return a reviewer's edit: unchanged paragraphs keep their origin, others are the person's, the footer is new."""
    before = {segment.text: segment for segment in original.body}
    body = tuple(before.get(text, Segment(origin=Origin.PERSON, text=text)) for text in _paragraphs(body_text))
    subject = " ".join(subject.split())
    origin = original.subject_origin if subject == original.subject else Origin.PERSON
    return _content((subject, origin), body, _Frame(campaign, language, today, unsubscribe_url))


def holding(
    campaign: Campaign, *, first_name: str, language: Language, today: date, unsubscribe_url: str
) -> DraftContent:
    """Return the campaign's approved answer for when the engine is down too long."""
    opening = _own(greeting("", first_name, language))
    texts = holding_texts(campaign, language, of_subject=False)
    body = (opening, *(Segment(origin=Origin.POLICY, text=text) for text in texts))
    subject = campaign.engine_down.subject[language]
    return _content((subject, Origin.POLICY), body, _Frame(campaign, language, today, unsubscribe_url))


def claim_segment(claim: Claim, campaign: Campaign, language: Language) -> Segment:
    """Return a claim's paragraph in this language, figures filled in; its ref is `id@version`."""
    text = fill(claim.texts[language], campaign, language)
    return Segment(origin=Origin.CLAIM, text=text, ref=f"{claim.id}@{claim.version}")


def holding_texts(campaign: Campaign, language: Language, of_subject: bool) -> tuple[str, ...]:
    """Return the approved paragraphs of the holding answer, or its subject alone."""
    texts = campaign.engine_down.subject if of_subject else campaign.engine_down.text
    return tuple(_paragraphs(texts[language]))


def _live(live: dict[str, Claim], claim_id: str) -> Claim:
    if claim_id not in live:
        message = f"claim {claim_id!r} is unknown or not in force today"
        raise PolicyError(message, hint="Renew it in the campaign's claims.toml, or ask for another draft.")
    return live[claim_id]


def _with_specification(body: tuple[Segment, ...], campaign: Campaign, language: Language) -> tuple[Segment, ...]:
    """Put what a green product name rests on beside its first use, when that is in the model's own words."""
    name, specification = campaign.product[language], campaign.specification.get(language, "")
    for index, segment in enumerate(body):
        at = segment.text.casefold().find(name.casefold())
        if at >= 0 and specification and specification not in segment.text and segment.origin is Origin.MODEL:
            end = at + len(name)
            text = f"{segment.text[:end]} ({specification}){segment.text[end:]}"
            return (*body[:index], segment.model_copy(update={"text": text}), *body[index + 1 :])
        if at >= 0:
            return body
    return body


def _content(subject: tuple[str, Origin], body: tuple[Segment, ...], frame: _Frame) -> DraftContent:
    text, origin = subject
    campaign, language = frame.campaign, frame.language
    raise_when_expired(required_disclosures(text, body, campaign), campaign, frame.today)
    footer = compile_footer(text, body, campaign=campaign, language=language, unsubscribe_url=frame.unsubscribe_url)
    return DraftContent(language=language, subject=text, subject_origin=origin, body=body, footer=footer)


def _own(text: str) -> Segment:
    return Segment(origin=Origin.MODEL, text=" ".join(text.split()))


def _paragraphs(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    joined = "\n".join(line.rstrip() for line in lines)
    return [paragraph.strip() for paragraph in joined.split("\n\n") if paragraph.strip()]
