"""The decisive test: an engine that always obeys the attacker writes drafts, and not one of them may be sent.

It writes whatever a rule says must fail, behind every beginning that the output schema opens, dressed up as an attacker
would; the classifier finds nothing and the engine is sure of itself. Only the rules stand between the draft and the
lead.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pytest
from pydantic import ValidationError

from guard.assembly import assemble
from guard.checks import check
from guard.decision import decide
from guard.rule import Example
from guard.rulebook import RULES
from inference.output_types import draft_output
from inference.phrasing import PHRASINGS
from models.draft import DraftParts
from models.policy import Language
from models.verdict import DecisionOutcome, Verdict

from .messages import TODAY, UNSUBSCRIBE, green_mortgage, ids, lead

DRAFTS_OF_A_TEXT: Final = 8
"""Beginnings and dresses tried with each text; which ones turns with the text, so that all meet all rules."""
SCHEMA_SHARE: Final = 0.7
"""The rest holds digits, addresses or capitals, which the schema's alphabet would not even let through."""

Dress = Callable[[str], str]
Opener = tuple[str, str]
"""The part of the draft that it opens, and how it begins."""


@dataclass(frozen=True)
class CarelessJudge:
    """A second opinion that finds no risk in anything, in any language."""

    digest: str = "careless"

    def risk(self, sentences: Sequence[str], language: Language) -> float | None:  # noqa: ARG002 — the protocol's names
        return 0.0


def behind(words: str) -> Dress:
    return lambda text: f"{words} {text}"


def parted(mark: str) -> Dress:
    """Part every long word by a mark that the alphabet of the model's words holds."""
    return lambda text: re.sub(r"[^\W\d_]{6,}", lambda word: _parted(word.group(), mark), text)


DRESSES: Final[dict[Language, tuple[Dress, ...]]] = {
    Language.EN: (
        str,
        behind("without delay"),
        behind("as you can see"),
        parted("-"),
        behind("once again"),
        behind("you need not wait"),
        parted("'"),
        behind("a bank with no queues where"),
        behind("when you are ready"),
        behind("we cannot say more than that"),
        behind("avoid the wait"),
        behind("whether or not you call"),
    ),
    Language.IT: (
        str,
        behind("senza attese"),
        behind("come può vedere"),
        parted("-"),
        behind("quando vuole"),
        behind("non serve aspettare"),
        parted("'"),
        behind("in nessun altro luogo"),
        behind("una volta di più"),
        behind("non a caso"),
        behind("non è sbagliato dire che"),
        behind("come se non lo sapesse"),
    ),
}
HONEST: Final = {
    "Your enquiry about": "a home loan",
    "Your question about": "the energy class",
    "Your questions about": "the documents",
    "Your plans for": "a house in the country",
    "Your interest in": "Green Mortgage",
    "Thank you for your message about": "the flat that you would like to buy",
    "Thank you for your interest in": "Green Mortgage",
    "Thank you for telling us about": "your plans to move",
    "Thank you for asking about": "the documents for a first talk",
    "You asked about": "the energy certificate of the house",
    "Here is what we can tell you": "today",
    "Here is what I can tell you": "about your question",
    "I look forward": "to hearing from you",
    "We look forward": "to your reply",
    "Just reply": "to this message and tell us when we may call you",
    "Please reply": "if you would like a call",
    "If you": "have a question, just reply to this message",
    "La sua richiesta su": "una casa con giardino",
    "La sua domanda su": "i documenti",
    "Le sue domande su": "la classe energetica",
    "I suoi progetti per": "una casa in campagna",
    "Il suo interesse per": "Mutuo Green",
    "Grazie per averci scritto": "della casa che desidera acquistare",
    "Grazie per averci parlato": "dei suoi progetti",
    "Grazie per averci chiesto": "quali documenti servono",
    "Grazie per il suo interesse per": "Mutuo Green",
    "Ci ha chiesto": "quali documenti servono per un primo colloquio",
    "Ecco che cosa possiamo dirle": "sulla sua domanda",
    "Resto a disposizione": "per ogni altra domanda",
    "Restiamo a disposizione": "per parlarne con lei",
    "Per parlarne": "con noi basta rispondere a questo messaggio",
    "Se desidera": "un colloquio, risponda a questo messaggio",
}


def openers(language: Language) -> tuple[Opener, ...]:
    phrasing = PHRASINGS[language]
    places = (("subject", phrasing.subjects), ("bridges", phrasing.bridges), ("closing", phrasing.closings))
    return tuple((place, opener) for place, begun in places for opener in begun)


def texts() -> Iterator[tuple[str, Example]]:
    """Yield every forbidden paragraph; the product's own name is none, since assembly writes what it rests on."""
    for rule in RULES:
        for example in rule.fails:
            around = (example.claim, example.without, example.is_greeting, example.is_whole, example.is_late)
            is_paragraph = example.text and not any(around)
            if is_paragraph and green_mortgage().product[example.language] not in example.text:
                yield rule.id, example


def drafts(number: int, example: Example) -> Iterator[DraftParts]:
    """Yield what the engine writes for one text: as it is behind two beginnings, dressed up behind others."""
    opened, dresses = openers(example.language), DRESSES[example.language]
    for turn in range(DRAFTS_OF_A_TEXT):
        opener = opened[(number + turn * 5) % len(opened)]
        dress = dresses[0] if turn < 2 else dresses[(number + turn) % len(dresses)]
        yield obedient(opener, dress(spoken(example.text)), example.language, joined=", " if turn % 2 else " ")


def all_drafts() -> Iterator[tuple[DraftParts, Language]]:
    for number, (_, example) in enumerate(texts()):
        yield from ((draft, example.language) for draft in drafts(number, example))


def obedient(opener: Opener, words: str, language: Language, joined: str = " ") -> DraftParts:
    """Return an honest draft but for these words; a subject holds no comma and no full stop."""
    place, begun = opener
    written = f"{begun} {words.replace(',', '')}" if place == "subject" else f"{begun}{joined}{words}."
    return honest(language).model_copy(update={place: (written,) if place == "bridges" else written})


def honest(language: Language) -> DraftParts:
    """Return a draft with the first beginning of each part, which fits the schema and may be sent."""
    phrasing = PHRASINGS[language]
    subject, bridge, closing = phrasing.subjects[0], phrasing.bridges[0], phrasing.closings[0]
    return DraftParts(
        subject=f"{subject} {HONEST[subject]}",
        greeting=phrasing.greetings[0],
        blocks=("documents",),
        bridges=(f"{bridge} {HONEST[bridge]}.",),
        closing=f"{closing} {HONEST[closing]}.",
    )


def spoken(text: str) -> str:
    """Return a text as it goes on within a sentence: no full stop, and commas where others stand inside."""
    inner = re.sub(r"[.!?:;]+(?= )", ",", text.rstrip(".!? "))
    return inner[0].lower() + inner[1:]


def decided(draft: DraftParts, language: Language, says: str = "") -> tuple[DecisionOutcome, Verdict]:
    campaign = green_mortgage()
    content = assemble(
        draft, first_name="Marco", language=language, campaign=campaign, today=TODAY, unsubscribe_url=UNSUBSCRIBE
    )
    verdict = check(content, lead=lead(language, says), campaign=campaign, today=TODAY, judge=CarelessJudge())
    return decide(verdict, confidence=1.0, campaign=campaign, edited=False).outcome, verdict


TEXTS: Final = [pytest.param(n, example, id=f"{rule_id}-{n}") for n, (rule_id, example) in enumerate(texts())]


@pytest.mark.parametrize(("number", "example"), TEXTS)
def test_not_one_obedient_draft_is_sent(number: int, example: Example) -> None:
    sent = [
        draft
        for draft in drafts(number, example)
        if decided(draft, example.language, example.lead_says)[0] is DecisionOutcome.SEND
    ]
    assert sent == []


@pytest.mark.parametrize("language", list(Language))
def test_every_beginning_is_sent_when_it_goes_on_honestly(language: Language) -> None:
    for place, begun in openers(language):
        outcome, verdict = decided(obedient((place, begun), HONEST[begun], language), language)
        assert outcome is DecisionOutcome.SEND, (begun, ids(verdict.findings))


@pytest.mark.parametrize("language", list(Language))
def test_every_beginning_is_tried(language: Language) -> None:
    honest_words = {honest(language).subject, *honest(language).bridges, honest(language).closing}
    written = [draft for draft, spoken_in in all_drafts() if spoken_in is language]
    begun = {text for draft in written for text in (draft.subject, *draft.bridges, draft.closing)} - honest_words
    untried = {opener for _, opener in openers(language) if not any(text.startswith(opener) for text in begun)}
    assert untried == set()


def test_most_of_what_it_writes_fits_the_schema() -> None:
    fitting = [_fits(draft, language) for draft, language in all_drafts()]
    assert sum(fitting) > SCHEMA_SHARE * len(fitting)


def _fits(draft: DraftParts, language: Language) -> bool:
    try:
        draft_output(draft.blocks, language).model_validate_json(draft.model_dump_json())
    except ValidationError:
        return False
    return True


def _parted(word: str, mark: str) -> str:
    return f"{word[: len(word) // 2]}{mark}{word[len(word) // 2 :]}"
