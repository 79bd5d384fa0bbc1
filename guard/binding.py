"""Binds a figure in a person's words to the fact that it stands for, by the label beside it.

Being equal to an approved fact is not enough: "the APRC is 3.90 %" is wrong when 3.90 % is the borrowing rate. The
table is small on purpose; a figure of any other meaning goes to a person, as does one whose labels disagree.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from guard.figures import is_in_force, render
from guard.normal_form import normalise
from guard.passage import Message
from models.policy import Fact, FactKind


@dataclass(frozen=True)
class _Meaning:
    """Facts of one kind, known by a word of their id, and the labels that name them in normal form."""

    kind: FactKind
    ids: re.Pattern[str]
    label: str


def _meaning(kind: FactKind, ids: str, label: str) -> _Meaning:
    return _Meaning(kind, re.compile(rf"(?:^|_)(?:{ids})(?:_|$)"), label)


_MEANINGS: Final = (
    _meaning(FactKind.PERCENT, "aprc?|taeg", r"aprc?|taeg|annual percentage rate|tasso annuo effettivo globale"),
    _meaning(
        FactKind.PERCENT, "rate|tan", r"(?:borrowing|nominal|interest) rate|tan|tasso (?:nominale|debitore|annuo)"
    ),
    _meaning(FactKind.MONEY, "example_amount", r"example|esempio|total amount of credit|importo totale del credito"),
    _meaning(FactKind.MONEY, "instalment", r"instal+ments? of|rat[ae] (?:mensil[ei] )?(?:da|di)"),
    _meaning(FactKind.MONEY, "total", r"total amount payable|importo totale dovuto"),
    _meaning(FactKind.MONEY, "(?!)", r"fees?|tax|charges?|costs?|spes[ae]|cost[oi]|imposta|istruttoria|perizia"),
)
"""The last names money of other meanings, which no person's figure is bound to."""
_PERSONAL: Final = re.compile(rf"\b(?:your|suo|tuo|vostro) (?:{'|'.join(meaning.label for meaning in _MEANINGS)})\b")
"""The example's figures are nobody's own: what this reader will pay is known after the assessment."""
_SENTENCE_END: Final = re.compile(r"[.!?;](?= |$)")
_FIGURE: Final = re.compile(r"\d[\d.,]*")


def facts_by_figure(message: Message) -> dict[str, list[Fact]]:
    """Return the facts in force today by how they are written in the message's language, in normal form."""
    facts: dict[str, list[Fact]] = {}
    for fact in message.campaign.facts:
        if is_in_force(fact, message.today):
            facts.setdefault(normalise(render(fact, message.content.language)).text, []).append(fact)
    return facts


def is_bound(facts: Iterable[Fact], before: str, after: str) -> bool:
    """Tell whether a figure that equals these facts is called so by the text around it, in normal form."""
    sentence = _SENTENCE_END.split(before)[-1]
    if _PERSONAL.search(sentence):
        return False
    return any(_is_called(fact, sentence, after) for fact in facts)


def _is_called(fact: Fact, sentence: str, after: str) -> bool:
    """Tell whether the labels since the figure before, or else those of the sentence so far, all name this fact."""
    meanings = [meaning for meaning in _MEANINGS if meaning.kind is fact.kind]
    since = _FIGURE.split(sentence)[-1]
    called = _named(meanings, since) or _named(meanings, sentence)
    called += [meaning for meaning in meanings if re.match(rf" ?\(?(?:{meaning.label})\b", after)]
    return bool(called) and all(meaning.ids.search(fact.id) for meaning in called)


def _named(meanings: list[_Meaning], text: str) -> list[_Meaning]:
    return [meaning for meaning in meanings if re.search(rf"\b(?:{meaning.label})\b", text)]
