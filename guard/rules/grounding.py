"""Every figure must be an approved fact in its approved place (F01, F02).

In assembled drafts the model writes no figure at all: approved claims carry them. A person may write one that equals a
rendered fact; another one asks for a second look.
"""

import re
from collections.abc import Iterator
from typing import Final

from guard.figures import render
from guard.normal_form import normalise
from guard.passage import Message, Passage
from guard.rule import Rule, Spot, en, it
from models.draft import Origin
from models.policy import FactKind
from models.verdict import Action

_FIGURE: Final = re.compile(
    r"(?:[€£$]|\b(?:eur|gbp|usd)\b)?\s?(?<![a-z])\d[\d.,'/]{0,40}(?:\s?(?:%|€|£|\$|eur\b|euros?\b|per ?cent\b|"
    r"percento\b|years?\b|anni\b|anno\b|months?\b|mes[ei]\b|"
    r"[mk]\b|million\b|mila\b))?"
)
_ONES: Final = (
    "zero|half|quarter|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|"
    "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|single|couple of|dozen|"
    "uno?|una|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|quindici|venti|trenta|quaranta|"
    "cinquanta|sessanta|settanta|ottanta|novanta|"
    "cento|mille|mila|milione|mezzo|meta"
)
_SPELLED: Final = re.compile(
    rf"\b(?:{_ONES})(?:[ -](?:and |e |point |virgola )?(?:{_ONES}))*[ -](?:% |per ?cent|percent\w*|percento|per "
    rf"cento|punt[oi]\b|points?\b|basis|euros?\b|dollars?\b|pounds?\b|"
    r"years?\b|months?\b|weeks?\b|days?\b|hours?\b|minutes?\b|instal+ments?\b|times\b|ann[oi]\b|mes[ei]\b|"
    r"settiman[ae]\b|giorn[oi]\b|or[ae]\b|minut[oi]\b|rat[ae]\b|volt[ae]\b)"
    r"|\b(?:mille|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|\w{2,6}dici|vent|trent|\w{3,6}ant|cento)\w{0,14}"
    r"(?:mila|cento)\b"
    r"|\b(?:double|triple|half|twice|thrice|quadruple|doppio|triplo|meta|dimezzat\w+) (?:the |of |il |della |del |as )"
)
_BIND: Final = {FactKind.PERCENT, FactKind.MONEY, FactKind.YEARS, FactKind.COUNT, FactKind.DATE}


def _ungrounded(message: Message) -> Iterator[Spot]:
    allowed = _approved_renderings(message)
    for passage in message.own:
        facts = _approved_spans(passage, allowed) if passage.origin is Origin.PERSON else []
        for found in _FIGURE.finditer(passage.normal.text):
            span = _trimmed(found)
            if any(start <= span[0] and span[1] <= end for start, end in facts):
                continue
            action = Action.REVIEW if passage.origin is Origin.PERSON else Action.BLOCK
            yield Spot(passage.place, *passage.normal.origin(*span), action=action)


def _approved_renderings(message: Message) -> tuple[str, ...]:
    """Return every fact in force as text in normal form, the longest first."""
    facts = [fact for fact in message.campaign.facts if fact.kind in _BIND]
    texts = {normalise(render(fact, message.content.language)).text for fact in facts}
    return tuple(sorted(texts, key=len, reverse=True))


def _trimmed(found: re.Match[str]) -> tuple[int, int]:
    text = found.group()
    return found.start() + len(text) - len(text.lstrip()), found.start() + len(text.rstrip(" .,'/"))


def _approved_spans(passage: Passage, allowed: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where a figure, with its unit, is exactly one approved rendering."""
    return [
        found.span()
        for rendering in allowed
        for found in re.finditer(rf"(?<![\d.,]){re.escape(rendering)}(?![\d%])(?![.,]\d)", passage.normal.text)
    ]


def _spelled(message: Message) -> Iterator[Spot]:
    for passage in message.own:
        for reading in passage.readings:
            yield from (Spot(passage.place, *reading.normal.origin(*found.span())) for found in reading.finds(_SPELLED))


F01: Final = Rule(
    id="F01",
    title="A figure that is no approved fact",
    action=Action.BLOCK,
    checks="Numbers, percentages, amounts, terms and dates outside approved claims. In the model's words every figure "
    "is blocked; a person's figure that equals no fact of the campaign goes to review.",
    why="A wrong figure on credit misleads, and the model computes nothing.",
    source="Directive 2014/17/EU, Art 10 and 11; the drafting contract of this product",
    advice="This figure is not on the product sheet. Use the approved claim that states it, or remove it.",
    passes=(
        en("An adviser will explain the rate and the instalment."),
        it("Un consulente le spiegherà tasso e rata."),
    ),
    fails=(
        en("The rate is 2.9%."),
        en("You can borrow €900,000."),
        en("We call you within 24 hours."),
        it("Il tasso è 2,9 %."),
        it("Può chiedere 900.000 €."),
    ),
    find=_ungrounded,
)

F02: Final = Rule(
    id="F02",
    title="A number spelled out beside a unit",
    action=Action.REVIEW,
    checks="Numbers in words beside per cent, euro, years, instalments and the like, and double or half of something.",
    why="A figure in words is still a figure, and no code can bind it to a fact.",
    source="Directive 2014/17/EU, Art 11; the drafting contract of this product",
    advice="A number is written out in words. Check it against the product sheet, or use the approved claim.",
    passes=(
        en("One of our advisers will call you."),
        en("The first step is a talk."),
        it("Uno dei nostri consulenti la chiamerà."),
    ),
    fails=(
        en("The rate is about three per cent."),
        en("You repay it over twenty-five years."),
        it("Il tasso è circa tre per cento."),
        it("Si rimborsa in venticinque o venti anni."),
    ),
    find=_spelled,
)

RULES: Final = (F01, F02)
