"""Tells what is only asked or supposed from what is stated: "whether you qualify" from "you qualify".

The conjunction must govern the very words: between the two stands at most their subject and auxiliaries. A second
subject begins a statement of its own ("if you like you are pre-approved"). When in doubt the words are a statement.
"""

import re
from typing import Final

from guard.clause import begins_anew, clause_before

_PRONOUN: Final = r"(?:you|we|they|it|i|he|she|there|lei|tu|noi|voi|loro)"
_DETERMINER: Final = (
    r"(?:your|our|my|their|the|this|that|an?|any|each|every|il|lo|la|gli|le|un|una|uno|suo|sua|suoi|sue|tuo|tua|"
    r"nostr[oaie]|quest[oaie])"
)
_AUXILIARY: Final = (
    r"(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|should|do|does|not|already|now|really|"
    r"ever|also|then|finally|e|sia|fosse|sono|stat[oaie]|vien[ei]|venga|verra|sara|ha|abbia|puo|possa|gia|poi|davvero|"
    r"effettivamente|non)"
)
_NOUN: Final = rf"(?!(?:{_PRONOUN}|{_DETERMINER}|{_AUXILIARY})\b)[\w'-]+"
_NAMED: Final = rf"(?:(?:{_DETERMINER} )+|(?=l'|un')){_NOUN}"
_PRONOUN_FIRST: Final = re.compile(rf"{_PRONOUN}\b")

_IF: Final = r"(?:(?<!as )if|whether|unless|(?<!\b(?:di|da|in) )(?<!\b(?:per|con) )(?<!come )se|qualora|(?<!\w )should)"
_ONCE: Final = r"(?:once|after|before|until|as soon as|dopo che|prima che|una volta(?: che)?|finche)"
_SUPPOSED: Final = re.compile(
    rf"\b(?:{_IF}|{_ONCE})(?: {_PRONOUN}| {_NAMED}(?: {_NOUN}){{0,2}})(?: {_AUXILIARY})+ $|\b(?:{_IF}|{_ONCE}) $|"
    rf"\b{_IF} (?:{_PRONOUN}|{_NAMED}) $"
)
_SUPPOSED_WHOLE: Final = re.compile(rf"\b(?:{_IF}|{_ONCE}) (?:{_DETERMINER} )*$")
"""For words that bring their own subject: nothing but its article may stand between."""

_ASKED: Final = (
    r"(?:whether|\b(?:ask|wonder|know|see|check|tell|say|sure|certain|clear|find out)\w* if|"
    r"\b(?:chie|domand|sapp|sape|dir|cap|verific|valut|ved|cert|chiar)\w* se)"
)
_OTHER: Final = rf"(?!(?:{_PRONOUN}|that|which|who|che|to|your|our|the|il|la|suo|sua)\b)[\w'-]+"
_REPORTED: Final = re.compile(
    rf"\b{_ASKED} (?:$|(?:{_PRONOUN}|(?:{_DETERMINER} )*(?:{_DETERMINER}|{_NAMED}))(?: {_OTHER}){{0,5}}"
    rf"(?: {_DETERMINER})* $)"
)
_REPORTED_WHOLE: Final = re.compile(rf"\b{_ASKED} (?:{_DETERMINER} )*$")


def is_supposed(text: str, start: int, end: int) -> bool:
    """Tell whether the words at this span of a normal form stand under an if, a whether, a once or an after."""
    pattern = _SUPPOSED_WHOLE if _has_subject(text, start, end) else _SUPPOSED
    return pattern.search(clause_before(text, start)) is not None


def is_reported(text: str, start: int, end: int) -> bool:
    """Tell whether the words at this span of a normal form only repeat a question ("you asked whether …")."""
    pattern = _REPORTED_WHOLE if _has_subject(text, start, end) else _REPORTED
    return pattern.search(clause_before(text, start)) is not None


def _has_subject(text: str, start: int, end: int) -> bool:
    return _PRONOUN_FIRST.match(text, start) is not None or begins_anew(text[start:end])
