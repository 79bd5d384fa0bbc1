"""Messages for tests of the guard, built from rule examples and plain paragraphs on the sample campaign."""

from datetime import date
from functools import cache
from pathlib import Path

from guard.assembly import assemble, claim_segment
from guard.footer import compile_footer
from guard.passage import Message
from guard.rule import Example, Rule, Spot
from guard.rulebook import RULES
from models.campaigns import load_campaign
from models.draft import DraftContent, DraftParts, Origin, Segment
from models.lead import LeadDetails
from models.policy import Campaign, Language
from models.verdict import Finding
from tests.samples import sample_lead

TODAY = date(2026, 11, 23)
LATE = date(2031, 1, 1)
UNSUBSCRIBE = "https://leads.example.com/u/0123456789abcdef"
GREETINGS = {Language.EN: "Dear Marco,", Language.IT: "Gentile Marco,"}
OPENINGS = {
    Language.EN: "Thank you for writing to us about your plans.",
    Language.IT: "Grazie per averci scritto dei suoi progetti.",
}
SUBJECTS = {Language.EN: "Your question to us", Language.IT: "La sua domanda"}


@cache
def green_mortgage() -> Campaign:
    return load_campaign(Path(__file__).parents[2] / "campaigns" / "green-mortgage")


def lead(language: Language = Language.EN, says: str = "") -> LeadDetails:
    contact = {"email": "marco.rossi@example.org", "first_name": "Marco", "phone": "+35315550100"}
    return sample_lead(says or "I would like a mortgage.", language=language, contact=contact, answers={})


def parts(language: Language = Language.EN, *bridges: str, blocks: tuple[str, ...] = ("adviser_call",)) -> DraftParts:
    closing = {Language.EN: "I look forward to your reply.", Language.IT: "Resto volentieri a disposizione."}
    return DraftParts(
        subject=SUBJECTS[language],
        greeting={Language.EN: "Dear", Language.IT: "Gentile"}[language],
        blocks=blocks,
        bridges=bridges or (OPENINGS[language],),
        closing=closing[language],
    )


def assembled(
    language: Language = Language.EN, *bridges: str, blocks: tuple[str, ...] = ("adviser_call",), name: str = "Marco"
) -> DraftContent:
    return assemble(
        parts(language, *bridges, blocks=blocks),
        first_name=name,
        language=language,
        campaign=green_mortgage(),
        today=TODAY,
        unsubscribe_url=UNSUBSCRIBE,
    )


def written(text: str, language: Language = Language.EN, origin: Origin = Origin.MODEL) -> DraftContent:
    """Return a message that holds this paragraph in the model's, or a person's, own words."""
    return _with_footer(_body(Segment(origin=origin, text=text), language), language)


def message_of(example: Example) -> Message:
    language = example.language
    if example.is_greeting:
        body = (Segment(origin=Origin.MODEL, text=example.text), *_body(_model(OPENINGS[language]), language)[1:])
    elif example.is_whole:
        body = (_model(example.text),)
    else:
        body = _body(_segment(example), language)
    content = _with_footer(body, language)
    if example.without:
        footer = tuple(segment for segment in content.footer if segment.ref != example.without)
        content = content.model_copy(update={"footer": footer})
    today = LATE if example.is_late else TODAY
    return Message(content, lead(language, example.lead_says), green_mortgage(), today)


def spots(rule: Rule, example: Example) -> list[Spot]:
    return list(rule.find(message_of(example)))


def rule(rule_id: str) -> Rule:
    return next(rule for rule in RULES if rule.id == rule_id)


def ids(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.rule_id for finding in findings}


def _segment(example: Example) -> Segment:
    if not example.claim:
        return _model(example.text)
    approved = claim_segment(green_mortgage().claim(example.claim), green_mortgage(), example.language)
    return approved.model_copy(update={"text": example.text}) if example.text else approved


def _model(text: str) -> Segment:
    return Segment(origin=Origin.MODEL, text=text)


def _body(segment: Segment, language: Language) -> tuple[Segment, ...]:
    return (_model(GREETINGS[language]), _model(OPENINGS[language]), segment)


def _with_footer(body: tuple[Segment, ...], language: Language) -> DraftContent:
    subject = SUBJECTS[language]
    footer = compile_footer(subject, body, campaign=green_mortgage(), language=language, unsubscribe_url=UNSUBSCRIBE)
    return DraftContent(language=language, subject=subject, subject_origin=Origin.MODEL, body=body, footer=footer)
