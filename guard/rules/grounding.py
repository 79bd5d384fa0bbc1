"""Every figure must be an approved fact in its approved place (F01, F02).

In assembled drafts the model writes no figure at all: approved claims carry them. A person may write one that is a fact
in force and is called by its own name; another one asks for a second look.
"""

import re
from collections.abc import Iterator
from typing import Final

from guard.binding import facts_by_figure, is_bound
from guard.passage import Message
from guard.rule import Rule, Spot, en, it
from models.draft import Origin
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
    rf"\b(?!una volta\b)(?:{_ONES})(?:[ -](?:and |e |point |virgola )?(?:{_ONES}))*[ -](?:% |per ?cent|percent\w*|"
    rf"percento|per cento|punt[oi]\b|points?\b|basis|euros?\b|dollars?\b|pounds?\b|"
    r"years?\b|months?\b|weeks?\b|days?\b|hours?\b|minutes?\b|instal+ments?\b|times\b|ann[oi]\b|mes[ei]\b|"
    r"settiman[ae]\b|giorn[oi]\b|or[ae]\b|minut[oi]\b|rat[ae]\b|volt[ae]\b)"
    r"|\b(?:mille|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|\w{2,6}dici|vent|trent|\w{3,6}ant|cento)\w{0,14}"
    r"(?:mila|cento)\b"
    r"|\b(?:double|triple|half|twice|thrice|quadruple|doppio|triplo|meta|dimezzat\w+) (?:the |of |il |della |del |as )"
)


def _ungrounded(message: Message) -> Iterator[Spot]:
    known = facts_by_figure(message)
    for passage in message.own:
        text = passage.normal.text
        for start, end in (_trimmed(found) for found in _FIGURE.finditer(text)):
            span, facts = passage.normal.origin(start, end), known.get(text[start:end])
            if passage.origin is not Origin.PERSON:
                yield Spot(passage.place, *span, action=Action.BLOCK)
            elif not facts or not is_bound(facts, text[:start], text[end:]):
                yield Spot(passage.place, *span, action=Action.REVIEW)


def _trimmed(found: re.Match[str]) -> tuple[int, int]:
    text = found.group()
    return found.start() + len(text) - len(text.lstrip()), found.start() + len(text.rstrip(" .,'/"))


def _spelled(message: Message) -> Iterator[Spot]:
    for passage in message.own:
        for reading in passage.readings:
            yield from (Spot(passage.place, *reading.normal.origin(*found.span())) for found in reading.finds(_SPELLED))


F01: Final = Rule(
    id="F01",
    title="A figure that is no approved fact",
    action=Action.BLOCK,
    checks="Numbers, percentages, amounts, terms and dates outside approved claims. In the model's words every figure "
    "is blocked. A person's figure passes when it is a fact in force today beside its own label: APRC or TAEG; "
    "borrowing rate, interest rate or TAN; the example's amount, instalment or total. Any other goes to review, and so "
    "does one that is called the reader's own (your APRC).",
    why="A wrong figure on credit misleads, a right one under another name too, and the model computes nothing.",
    source="Directive 2014/17/EU, Art 10 and 11; the drafting contract of this product",
    advice="This figure is not an approved one, or not under its own name. Use the approved claim that states it, or "
    "compare it with the product sheet.",
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
