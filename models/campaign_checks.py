"""What must hold between the parts of a campaign; read by the loader, each fault as (file, sentence)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from string import Formatter

from email_validator import EmailNotValidError, validate_email

from models.policy import Campaign, Fact, FactKind, Language, SendingPolicy, slots_of

Fault = tuple[str, str]
HTTPS = "https://"


def faults(campaign: Campaign, folder: str) -> Iterator[Fault]:
    """Yield every cross-reference that does not hold, as the file's name and a sentence naming the field."""
    yield from _campaign_faults(campaign, folder)
    yield from _sender_faults(campaign)
    yield from _fact_faults(campaign)
    yield from _claim_faults(campaign)
    yield from _disclosure_faults(campaign)
    yield from _drip_faults(campaign)


def _campaign_faults(campaign: Campaign, folder: str) -> Iterator[Fault]:
    file = "campaign.toml"
    if campaign.slug != folder:
        yield file, f"slug: is {campaign.slug!r}, must be the folder's name {folder!r}"
    if not campaign.languages or campaign.default_language not in campaign.languages:
        yield file, "default_language: must be one of languages"
    yield from _text_faults(campaign, file, "product", campaign.product)
    yield from _text_faults(campaign, file, "summary", campaign.summary)
    if campaign.specification:
        yield from _text_faults(campaign, file, "specification", campaign.specification)
    yield from _text_faults(campaign, file, "engine_down.subject", campaign.engine_down.subject)
    yield from _text_faults(campaign, file, "engine_down.text", campaign.engine_down.text)
    if not campaign.tones:
        yield file, "tones: name at least one"
    for link in campaign.links:
        if not link.url.startswith(HTTPS):
            yield file, f"links: {link.id}: must start with {HTTPS}"
    if campaign.sending_policy is SendingPolicy.THRESHOLD and not campaign.thresholds.min_confidence:
        yield file, "thresholds.min_confidence: zero would send everything; sending_policy threshold needs a bound"


def _sender_faults(campaign: Campaign) -> Iterator[Fault]:
    file, sender = "campaign.toml", campaign.sender
    for field, address in (("email", sender.email), ("reply_to", sender.reply_to)):
        try:
            validate_email(address, check_deliverability=False)
        except EmailNotValidError as error:
            yield file, f"sender.{field}: {error}"
    for field, text in (
        ("name", sender.name),
        ("organisation", sender.organisation),
        ("postal_address", sender.postal_address),
    ):
        if not text.strip():
            yield file, f"sender.{field}: is empty"
    yield from _text_faults(campaign, file, "sender.role", sender.role)
    yield from _text_faults(campaign, file, "sender.legal_line", sender.legal_line)


def _fact_faults(campaign: Campaign) -> Iterator[Fault]:
    file = "facts.toml"
    yield from _repeated(file, "fact", (fact.id for fact in campaign.facts))
    for fact in campaign.facts:
        if fact.expires <= fact.valid_from:
            yield file, f"fact {fact.id}: expires: must be after valid_from"
        if not isinstance(fact.value, _value_type(fact)):
            yield file, f"fact {fact.id}: value: does not fit kind {fact.kind.value!r}"
        if fact.kind is FactKind.TEXT:
            yield from _text_faults(campaign, file, f"fact {fact.id}: texts", fact.texts)


def _value_type(fact: Fact) -> type[Decimal | date | str]:
    match fact.kind:
        case FactKind.DATE:
            return date
        case FactKind.TEXT:
            return str
        case FactKind.PERCENT | FactKind.MONEY | FactKind.YEARS | FactKind.COUNT:
            return Decimal


def _claim_faults(campaign: Campaign) -> Iterator[Fault]:
    file = "claims.toml"
    if not campaign.claims:
        yield file, "claim: there is none, so no message can say anything"
    yield from _repeated(file, "claim", (claim.id for claim in campaign.claims))
    for claim in campaign.claims:
        yield from _text_faults(campaign, file, f"claim {claim.id}: texts", claim.texts)
        yield from _slot_faults(campaign, file, f"claim {claim.id}: texts", claim.texts)


def _disclosure_faults(campaign: Campaign) -> Iterator[Fault]:
    file = "disclosures.toml"
    yield from _repeated(file, "disclosure", (disclosure.id for disclosure in campaign.disclosures))
    for disclosure in campaign.disclosures:
        yield from _text_faults(campaign, file, f"disclosure {disclosure.id}: texts", disclosure.texts)
        yield from _slot_faults(campaign, file, f"disclosure {disclosure.id}: texts", disclosure.texts)
        if not disclosure.triggers:
            yield file, f"disclosure {disclosure.id}: triggers: name at least one"


def _drip_faults(campaign: Campaign) -> Iterator[Fault]:
    file = "drip.toml"
    scores = [segment.min_score for segment in campaign.drip]
    yield from _repeated(file, "segment", (segment.id for segment in campaign.drip))
    if scores != sorted(set(scores), reverse=True):
        yield file, "segment: min_score: segments must stand from the highest to the lowest, each score once"
    if scores and scores[-1] != 1:
        yield file, f"segment {campaign.drip[-1].id}: min_score: the last must be 1, so that no lead is left out"
    for segment in campaign.drip:
        numbers = [step.number for step in segment.steps]
        if not numbers or numbers != list(range(1, len(numbers) + 1)):
            yield file, f"segment {segment.id}: steps: numbers must be 1, 2, 3 … in order"


def _text_faults(campaign: Campaign, file: str, field: str, texts: dict[Language, str]) -> Iterator[Fault]:
    for language in campaign.languages:
        if not texts.get(language, "").strip():
            yield file, f"{field}: no text in {language.value!r}"


def _slot_faults(campaign: Campaign, file: str, field: str, texts: dict[Language, str]) -> Iterator[Fault]:
    known = {fact.id for fact in campaign.facts}
    slots = {}
    for language, text in texts.items():
        try:
            slots[language] = set(slots_of(text))
        except ValueError as error:
            yield file, f"{field}.{language.value}: {error}"
            return
        for slot in sorted(slots[language] - known):
            yield file, f"{field}.{language.value}: {{{slot}}} is no fact"
        if any(form or conversion for _, name, form, conversion in Formatter().parse(text) if name):
            yield file, f"{field}.{language.value}: a slot is a fact's id alone, without ':' or '!'"
    if len({frozenset(names) for names in slots.values()}) > 1:
        yield file, f"{field}: the languages do not name the same facts"


def _repeated(file: str, kind: str, ids: Iterable[str]) -> Iterator[Fault]:
    for name, count in Counter(ids).items():
        if count > 1:
            yield file, f"{kind} {name}: this id stands {count} times"
