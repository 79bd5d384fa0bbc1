"""Says which disclosures a text calls for: what its claims declare, and what its words show.

A figure is anything that tells cost: a percentage, an amount of money, a zero or a spelled-out number beside a unit
(Directive 2014/17/EU, Art 11(1): "an interest rate or any figures relating to the cost of the credit").
"""

import re
from collections.abc import Iterable
from typing import Final

from guard.normal_form import normalise
from models.draft import Origin, Segment
from models.policy import Campaign, Trigger

_NUMBER_WORDS: Final = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|"
    "due|tre|quattro|cinque|sei|sette|otto|nove|dieci|venti|trenta|cento|mille|mila"
)
_UNITS: Final = "%|€|eur\\b|euros?\\b|per ?cent\\b|percento\\b|per cento\\b|pounds?\\b|£|\\$|dollars?\\b"
_FIGURE: Final = re.compile(
    rf"(?:(?<!\d)\d[\d.,' ]{{0,24}}|\b(?:{_NUMBER_WORDS}) )\s?(?:{_UNITS})|(?:[€£$]|\b(?:eur|gbp|usd))\s?\d"
    r"|\b(?:zero|no) (?:fees?|costs?|charges?|interest)\b|\b(?:zero|senza|nessuna?) (?:spes[ae]|cost[oi]|interessi)\b"
    r"|\bfree of charge\b|\bgratis\b|\bgratuit[oaie]\b|\binterest[- ]free\b"
)
_RATE: Final = re.compile(
    r"\b(?:aprc?|taeg|tan|tasso|rate|interest)\b[^.?!]{0,40}?\d|"
    r"(?<![\d.,])\d[\d.,]{0,24}\s?(?:%|per ?cent)[^.?!]{0,40}?"
    r"\b(?:aprc?|taeg|tan|tasso|rate|interest)\b"
)
_BENEFIT: Final = re.compile(
    r"\b(?:benefit|advantage|saving|save[sd]?|discount|reward|cheaper|lower (?:rate|cost|instalment))\w*"
    r"|\b(?:vantagg|risparmi|scont|agevola|convenien)\w*"
)
_GREEN: Final = re.compile(
    r"\b(?:green|eco|ecolog\w*|sustainab\w*|energy[- ](?:class|efficient|performance|saving)|climate|environment\w*)\b"
    r"|\b(?:verde|verdi|ecosostenibil\w*|sostenibil\w*|classe energetica|prestazione energetica"
    r"|efficienza|ambient\w*)\b"
)


def triggers_of(subject: str, body: Iterable[Segment], campaign: Campaign) -> frozenset[Trigger]:
    """Return every trigger that the message meets; ALWAYS is always among them, NO_FIGURE when there is no figure."""
    segments = tuple(body)
    declared = {trigger for segment in segments for trigger in _declared(segment, campaign)}
    words = normalise("\n".join((subject, *(segment.text for segment in segments)))).text
    found = declared | set(triggers_in(words)) | {Trigger.ALWAYS}
    if not found & {Trigger.FIGURE, Trigger.RATE}:
        found.add(Trigger.NO_FIGURE)
    return frozenset(found)


def triggers_in(normal: str) -> frozenset[Trigger]:
    """Return the triggers that these words, already in normal form, show by themselves."""
    patterns = {Trigger.FIGURE: _FIGURE, Trigger.RATE: _RATE, Trigger.BENEFIT: _BENEFIT, Trigger.GREEN: _GREEN}
    return frozenset(trigger for trigger, pattern in patterns.items() if pattern.search(normal))


def _declared(segment: Segment, campaign: Campaign) -> tuple[Trigger, ...]:
    if segment.origin is not Origin.CLAIM:
        return ()
    claim_id = segment.ref.partition("@")[0]
    return next((claim.triggers for claim in campaign.claims if claim.id == claim_id), ())
