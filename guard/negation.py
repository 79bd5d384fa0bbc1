"""Tells a claim from its denial: "approval is guaranteed" from "approval is not guaranteed".

Looks at the clause that holds the words, never beyond: "do not worry, approval is guaranteed" stays a claim. When in
doubt the claim stands, because a person then looks.
"""

import re
from typing import Final

_CLAUSE_CHARS: Final = 300
"""No clause is longer; it keeps the search short in texts without punctuation."""
_CLAUSE_END: Final = re.compile(
    r"[.!?;:,()\"]|\b(?:but|and|because|so|while|though|although|however|ma|pero|perche|quindi|mentre|invece|ed)\b"
)
_NOT_A_DENIAL: Final = re.compile(
    r"\bnot (?:only|just|merely|simply|to mention|a secret|surprising\w*)\b|\b(?:no|without(?: an?y?)?) "
    r"(?:doubt|question|secret|matter|wonder|problem|exceptions?|hesitation|fail)\b|\bwhy not\b|\bno longer\b"
    r"|\b(?:do not|don't|never|need not|needn't) (?:worry|hesitate|miss|forget|fear|wait|doubt)\b"
    r"|\b(?:can't|cannot|can not) (?:wait|miss|lose|go wrong|fail)\b|\bnothing (?:but|less)\b|\bnever (?:been|before)\b"
    r"|\bnon (?:solo|soltanto|solamente|e un segreto|c'e dubbio|ci sono dubbi|esiti|perda|perdere)\b"
    r"|\bnon (?:si preoccupi|ti preoccupare)\b"
    r"|\b(?:senza|nessun)(?: alcun)? (?:dubbio|problema|problemi|eccezioni)\b"
)
_DENIAL: Final = re.compile(
    r"\b(?:not|no|never|none|neither|nor|cannot|without|nobody|nothing|hardly|rarely|seldom|avoid|beware|unable|refuse"
    r"|rather than|instead of|far from|non|mai|nessun[oa]?|senza|neppure|nemmeno|neanche|raramente|evit\w+|lungi)\b"
    r"|\w+n't\b"
)
_DENIED_AFTER: Final = re.compile(
    r"\s?(?:(?:is|are|was|were|does|do|did|can|could|will|would|should|must|may)\s?(?:not\b|n't\b|never\b)|cannot\b"
    r"|(?:is|are) (?:something|a thing) (?:that )?(?:we|no|nobody)\b.{0,12}\b(?:never|not|cannot|n't|no)\b|non\b)"
)
_REPORTED: Final = re.compile(
    r"\b(?:whether|ask(?:ed)? (?:if|about)|wonder(?:ed)? (?:if|about)|chie\w+ se|domand\w+ se)\b"
)


def is_denied(text: str, start: int, end: int, *, looks_inside: bool = True) -> bool:
    """Tell whether the words at this span of a normal form are denied, or only reported as a question.

    `looks_inside` is off for wordings that hold a "no" themselves ("no credit check").
    """
    before = clause_before(text, start)
    inside = text[start:end] if looks_inside else ""
    denied = any(_DENIAL.search(_NOT_A_DENIAL.sub(" ", part)) for part in (before, inside))
    return denied or _REPORTED.search(before) is not None or _DENIED_AFTER.match(text, end) is not None


def clause_before(text: str, start: int) -> str:
    """Return what stands before `start` in the same clause."""
    last = max(0, start - _CLAUSE_CHARS)
    for boundary in _CLAUSE_END.finditer(text, last, start):
        last = boundary.end()
    return text[last:start]
