"""Text that code compiled must still be what was approved: claims, disclosures, sender, opt-out.

S01–S04 are this product's own; D01, D03 and D11 are the disclosure duties of that number and those they name.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from guard.figures import facts_in, is_in_force
from guard.footer import (
    IMPRINT,
    OPT_OUT,
    OPT_OUT_LINES,
    SIGNATURE,
    disclosure_segment,
    imprint,
    signature,
)
from guard.passage import Message
from guard.rule import Rule, Spot, en, it
from models.draft import Origin, Segment
from models.policy import Disclosure, Trigger
from models.verdict import Action

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+")
_COST: Final = {Trigger.FIGURE, Trigger.RATE}
_OUR: Final = "Compilation of the footer by this product"


def _altered(message: Message) -> Iterator[Spot]:
    for passage in message.passages:
        if passage.origin in {Origin.CLAIM, Origin.POLICY} and not passage.is_approved:
            yield Spot(passage.place, 0, len(passage.text))
    known = {*_required_texts(message), *_sender_texts(message)}
    for index, segment in enumerate(message.content.footer):
        if (segment.origin, segment.text) not in known and not _is_opt_out(message, segment):
            yield Spot(f"footer[{index}]", 0, len(segment.text))


def _expired(message: Message) -> Iterator[Spot]:
    for index, segment in enumerate(message.content.body):
        claim = message.claim_of(segment) if segment.origin is Origin.CLAIM else None
        if claim is not None and not message.is_claim_in_force(claim):
            yield Spot(f"body[{index}]", 0, len(segment.text))
    by_id = {disclosure.id: disclosure for disclosure in message.campaign.disclosures}
    for index, segment in enumerate(message.content.footer):
        disclosure = by_id.get(segment.ref)
        facts = facts_in(disclosure.texts[message.content.language], message.campaign) if disclosure else ()
        if any(not is_in_force(fact, message.today) for fact in facts):
            yield Spot(f"footer[{index}]", 0, len(segment.text))


def _missing(belongs: Callable[[Disclosure], bool]) -> Callable[[Message], Iterator[Spot]]:
    """Return a finder of required disclosures of one kind that the footer does not hold word for word."""

    def find(message: Message) -> Iterator[Spot]:
        present = {segment.text for segment in message.content.footer}
        for disclosure in message.required:
            text = disclosure_segment(disclosure, message.campaign, message.content.language).text
            if belongs(disclosure) and text not in present:
                yield Spot("footer")

    return find


def _without_sender(message: Message) -> Iterator[Spot]:
    present = {segment.text for segment in message.content.footer if segment.origin is Origin.SENDER}
    expected = {text for _, text in _sender_texts(message)}
    opt_outs = [segment for segment in message.content.footer if _is_opt_out(message, segment)]
    if not expected <= present or len(opt_outs) != 1:
        yield Spot("footer")


def _required_texts(message: Message) -> list[tuple[Origin, str]]:
    language = message.content.language
    segments = [disclosure_segment(disclosure, message.campaign, language) for disclosure in message.required]
    return [(segment.origin, segment.text) for segment in segments]


def _sender_texts(message: Message) -> list[tuple[Origin, str]]:
    language = message.content.language
    return [
        (Origin.SENDER, signature(message.campaign, language)),
        (Origin.SENDER, imprint(message.campaign, language)),
    ]


def _is_opt_out(message: Message, segment: Segment) -> bool:
    line = OPT_OUT_LINES[message.content.language]
    if segment.origin is not Origin.SENDER or segment.ref != OPT_OUT or not segment.text.startswith(line):
        return False
    return _ADDRESS.fullmatch(segment.text[len(line) :]) is not None


def _is_about_cost(disclosure: Disclosure) -> bool:
    return bool(_COST & set(disclosure.triggers))


def _is_for_no_figure(disclosure: Disclosure) -> bool:
    return Trigger.NO_FIGURE in disclosure.triggers and not _is_about_cost(disclosure)


def _is_always(disclosure: Disclosure) -> bool:
    return Trigger.ALWAYS in disclosure.triggers and not _is_about_cost(disclosure)


def _is_for_benefit_or_green(disclosure: Disclosure) -> bool:
    return not any(check(disclosure) for check in (_is_about_cost, _is_for_no_figure, _is_always))


_HELLO: Final = en("An adviser will gladly explain everything.")
_CIAO: Final = it("Un consulente le spiegherà volentieri tutto.")

S01: Final = Rule(
    id="S01",
    title="Approved text was altered",
    action=Action.BLOCK,
    checks="Each approved claim and each part of the footer is compiled again and must be the same, letter for letter.",
    why="Only the approved wording is exempt from the other rules.",
    source=_OUR,
    advice="An approved text was changed. Restore it, or let the changed sentence be checked as your own words.",
    passes=(_HELLO, _CIAO),
    fails=(
        en("The APRC is better with us.", claim="rate"),
        it("Il TAEG è migliore con noi.", claim="rate"),
    ),
    find=_altered,
)

S02: Final = Rule(
    id="S02",
    title="A claim or figure is not in force",
    action=Action.BLOCK,
    checks="Claims and facts are used from the day they are valid and before the day they expire.",
    why="An expired condition misleads, however well it was approved.",
    source="Directive 2005/29/EC, Art 6 (unverified)",
    advice="A claim or a figure has expired. Ask for another draft once the campaign's files are renewed.",
    passes=(_HELLO, _CIAO),
    fails=(en(claim="rate", is_late=True), it(claim="rate", is_late=True)),
    find=_expired,
)

D01: Final = Rule(
    id="D01",
    title="Representative example missing",
    action=Action.BLOCK,
    checks="A rate or a figure on cost, in digits or words, calls for the whole representative example, APRC first.",
    why="Standard information must stand beside any interest rate or figure on the cost of credit (D01, D02, D04).",
    source="Directive 2014/17/EU, Art 11(1)-(3); TUB, Art 120-octies(2)",
    advice="A figure on cost stands here without the representative example. Let the footer be compiled again.",
    passes=(_HELLO, en(claim="rate"), it(claim="rate")),
    fails=(
        en(claim="rate", without="representative_example"),
        it(claim="instalment", without="representative_example"),
    ),
    find=_missing(_is_about_cost),
)

D03: Final = Rule(
    id="D03",
    title="Advertising notice missing",
    action=Action.BLOCK,
    checks="The notices of every message: advertising, the home at risk, privacy, AI involvement (D03, D08, D12, D13).",
    why="Readers must know that this is advertising, what can happen, who holds their data and how the text was made.",
    source="TUB, Art 116; FCA MCOB 3A.3.1R; Regulation (EU) 2016/679, Art 13 (unverified); "
    "Regulation (EU) 2024/1689, Art 50",
    advice="A notice that every message carries is missing. Let the footer be compiled again.",
    passes=(_HELLO, _CIAO),
    fails=(
        en("An adviser can call you.", without="advertising"),
        en("An adviser can call you.", without="privacy"),
        it("Un consulente può chiamarla.", without="advertising"),
        it("Un consulente può chiamarla.", without="ai_involvement"),
    ),
    find=_missing(_is_always),
)

S03: Final = Rule(
    id="S03",
    title="Notice for advertising without figures missing",
    action=Action.BLOCK,
    checks="Notices that the campaign asks for when a message holds no figure.",
    why="Some countries ask for a pointer to the precontractual information where no example stands.",
    source="Banca d'Italia, Trasparenza delle operazioni e dei servizi bancari",
    advice="A notice is missing. Let the footer be compiled again.",
    passes=(_HELLO, _CIAO),
    fails=(),
    find=_missing(_is_for_no_figure),
)

S04: Final = Rule(
    id="S04",
    title="Notice beside a benefit or a green claim missing",
    action=Action.BLOCK,
    checks="Notices that the campaign asks for beside a benefit or a green claim.",
    why="A benefit stands beside its risk, a green name beside what it rests on.",
    source="FCA MCOB 3A.3.1R(2); Directive 2005/29/EC, Annex I(4a)-(4b)",
    advice="A notice is missing. Let the footer be compiled again.",
    passes=(en(claim="purpose"), it(claim="purpose")),
    fails=(
        en(claim="purpose", without="green_specification"),
        it(claim="purpose", without="green_specification"),
    ),
    find=_missing(_is_for_benefit_or_green),
)

D11: Final = Rule(
    id="D11",
    title="Sender, address or opt-out missing",
    action=Action.BLOCK,
    checks="Name, role and firm of the sender, legal line, postal address, and exactly one working way to opt out.",
    why="Commercial e-mail says who sends it and how to end it.",
    source="Directive 2002/58/EC, Art 13(4) (unverified); 15 USC 7704(a)(5) (unverified); RFC 8058; "
    "Directive 2014/17/EU, Art 11(2)(a)-(b)",
    advice="The sender, the address or the way to opt out is missing. Let the footer be compiled again.",
    passes=(_HELLO, _CIAO),
    fails=(
        en("An adviser can call you.", without=IMPRINT),
        en("An adviser can call you.", without=OPT_OUT),
        it("Un consulente può chiamarla.", without=SIGNATURE),
    ),
    find=_without_sender,
)

RULES: Final = (S01, S02, S03, S04, D01, D03, D11)
