"""Tells a claim from its denial: "approval is guaranteed" from "approval is not guaranteed".

Looks at the clause that holds the words, never beyond: "do not worry, approval is guaranteed" stays a claim. A denial
must also reach the words: "no", "without" and "nothing" reach what they directly govern, "not" and "never" reach over
a few light words and what is said or promised. Whatever else stands between may begin something of its own ("you need
not wait your approval is guaranteed"): when in doubt the claim stands, because a person then looks.
"""

import re
from collections.abc import Iterator
from typing import Final

from guard.clause import begins_anew, clause_before
from guard.supposition import is_reported

_NOT_A_DENIAL: Final = re.compile(
    r"\bnot (?:only|just|merely|simply|to mention|a secret|surprising\w*)\b|\bwhy not\b|\bno longer\b|"
    r"\b(?:no|without(?: an?y?)?) (?:doubt|question|secret|matter|wonder|problem|exceptions?|hesitation|fail)\b|"
    r"\bnever (?:been|before)\b|\bnothing (?:but|less)\b|\bnon (?:solo|soltanto|solamente)\b"
)
_FAR: Final = (
    r"(?:not|never|cannot|\w+n't|neither|nor|none|nobody|no[- ]one|hardly|rarely|seldom|avoid|beware|unable|refuse|"
    r"by no means|in no way|non|mai|nessuno|neppure|nemmeno|neanche|raramente|evit\w+|in nessun (?:modo|caso))"
)
_NEAR: Final = r"(?:no|without|nothing|nessun[oa]?|senza|rather than|instead of|far from|lungi da[l']*)"
_FAR_DENIAL: Final = re.compile(rf"\b{_FAR}(?= |$)")
_NEAR_DENIAL: Final = re.compile(rf"\b(?:(?:with|at|for|of|in|by|con|a|di) )?{_NEAR}(?= |$)|\bnessun'")
_SUBJECT_DENIAL: Final = re.compile(r"(?:no|nothing|nessun[oa']?)$")

_LIGHT: Final = (
    r"(?:be|been|being|is|are|was|were|has|have|had|having|do|does|did|can|could|will|would|may|might|must|yet|ever|"
    r"always|also|really|currently|already|still|necessarily|automatically|able|allowed|possible|to|of|as|or|an?|any|the|"
    r"all|every|each|such|this|one|you|it|"
    r"offer\w*|giv(?:e|es|ing)|provid\w+|mak(?:e|es|ing)|call\w*|lend\w*|grant\w*|accept\w*|charg\w+|take|open|"
    r"need\w*|get|receive|approved|accepted|granted|"
    r"loans?|mortgages?|credits?|rates?|banks?|lenders?|applications?|approval|homes?|houses?|"
    r"e|sono|sia|essere|stat[oa]|sara|ha|hanno|avere|abbiamo|c'e|puo|possono|possiamo|posso|deve|viene|si|ci|"
    r"ancora|mai|sempre|gia|necessariamente|automaticamente|il|lo|la|i|gli|le|un|uno|una|di|del|della|dei|delle|al|alla|"
    r"alcun[oa]?|ogni|tutt[ie]|offr\w+|diamo|dare|forn\w+|conced\w+|chiam\w+|defin\w+|cit\w+|"
    r"mutu[oi]|prestit[oi]|tass[oi]|banc(?:a|he)|credit[oi]|domanda|approvazione|offert[ae]|casa)"
)
"""What may stand between a "not" and what it denies; a denial in other words is left to a person."""
_SAYING: Final = (
    r"(?:say|said|saying|claim\w*|promis\w+|guarante\w+|assur\w+|impl\w+|suggest\w*|mean\w*|stat(?:e|es|ed|ing)|"
    r"confirm\w*|case|sure|certain|dire|dirle|dico|diciamo|detto|promett\w+|promess\w+|garan\w+|assicur\w+|"
    r"signific\w+|afferm\w+|conferm\w+)"
)
"""What can be denied together with what is said: "not a promise that …"; to know or to forget takes it for granted."""
_NEW_CLAUSE: Final = re.compile(r"\b(?:(?:you|it)(?! (?:an?|the|any|to)\b)(?= \S)|your|our|they|che|lei|suo|sua|noi)\b")
_REACH: Final = re.compile(
    rf"(?: (?:(?:l|un|d|dell|all)')?(?:{_LIGHT}|{_SAYING}))*"
    rf"(?P<said> {_SAYING}(?: yet| you| le)? (?:that|che|how(?: much)?|quanto|whether|if|se)(?: [\w'-]+){{0,4}})?"
    r"(?: (?:l|un|d|dell|all|alcun)')?"
)
_DIRECT: Final = re.compile(
    r" ?(?:(?:need|reason|obligation|pressure|hurry|bisogno|motivo|obbligo|fretta) (?:to|di) )?"
    r"(?:(?:an?|any|such|the|real|being|having|alcun[oa]?|un[oa]?|di|il|la|essere|avere) )*"
    r"(?:(?:\w+ )?(?:promis|guarante|claim|assur|certaint|calling|promess|promett|garan|certezza)\w* .*)?"
)
_SUBJECT: Final = re.compile(
    r"(?: (?!(?:to|than|for|that|in|on|at|with|per|da|a|you|it|this|there|we|they|i|your|our|the|il|la|lei|suo|sua)\b)"
    r"[\w'-]+){0,3}?(?: in (?:this|questo) \w+)? (?:is|are|was|were|can|could|may|will|would|has|have|does|e|sono|puo|"
    r"possono|sara|ha|hanno|viene)\b"
)
_DENIED_INSIDE: Final = re.compile(
    r"\b(?:not|never|cannot|\w+n't|hardly|rarely|by no means|in no way|in (?:alcun|nessun) modo)"
    r"(?: (?!(?:is|are|was|were|will|has)\b)[\w'-]+){0,2} \S+$|"
    r"\b(?:non|mai|neppure|nemmeno)(?: (?:e|sia|sono|sara|verra|viene|puo|ha))?"
    r"(?: (?!(?:e|sono|sara|verra|ha)\b)[\w'-]+){0,2} \S+$|"
    r"\b(?:no|without|nothing|senza|nessun[oa]?)(?: (?:an?|any|such|alcun[oa]?))? \S+$"
)
_DENIED_AFTER: Final = re.compile(
    r"\s?(?:(?:do|does|did)(?: not|n't) exist\b|"
    r"(?:[\w'-]+ ){0,2}?(?:is|are|was|were)(?: not|n't| never) (?:possible|offered|given|promised|claimed|stated|said|"
    r"meant|true|a promise|(?:something|anything|what|part of what) (?:that )?(?:we|i)\b)|"
    r"(?:can|could|will|would|must|may|should)(?:not| not|n't| never) be (?:offered|given|promised|guaranteed|claimed|"
    r"stated|said|expected|assured)\b|"
    r"(?:is|are) (?:something|a thing) (?:that )?(?:we|no|nobody)\b.{0,12}\b(?:never|not|cannot|n't|no)\b|"
    r"non (?:esist\w+|e possibile|e promess\w|puo essere (?:promess|garantit)\w|viene promess\w)\b)"
    r"(?! (?:elsewhere|anywhere|without us|with (?:other|another)|altrove|da altr))"
)


def is_denied(text: str, start: int, end: int, *, looks_inside: bool = True) -> bool:
    """Tell whether the words at this span of a normal form are denied, or only reported as a question.

    `looks_inside` is off for wordings that hold a "no" themselves ("no credit check").
    """
    before, words = _NOT_A_DENIAL.sub(" ", clause_before(text, start)), text[start:end]
    if any(_far_reaches(between, words) for between in _between(_FAR_DENIAL, before)):
        return True
    if any(_near_reaches(found, before[found.end() :], words) for found in _NEAR_DENIAL.finditer(before)):
        return True
    inside = looks_inside and _DENIED_INSIDE.search(_NOT_A_DENIAL.sub(" ", words))
    return bool(inside) or is_reported(text, start, end) or _DENIED_AFTER.match(text, end) is not None


def _between(pattern: re.Pattern[str], before: str) -> Iterator[str]:
    yield from (before[found.end() :] for found in pattern.finditer(before))


def _far_reaches(between: str, words: str) -> bool:
    """Tell whether a "not" reaches over these words: nobody else acts in between, unless it is what is said."""
    reach = _REACH.fullmatch(between.rstrip())
    if reach is None:
        return False
    if reach["said"]:
        return True
    return not _NEW_CLAUSE.search(between) and not (between.strip() and begins_anew(words))


def _near_reaches(found: re.Match[str], between: str, words: str) -> bool:
    """Tell whether a "no" governs the words directly, or is the subject of which they are said."""
    if _DIRECT.fullmatch(between):
        return True
    if not _SUBJECT_DENIAL.match(found.group()):
        return False
    between = f" {between.strip()}"
    subject = _SUBJECT.match(f"{between} {words}")
    if subject is None:
        return False
    is_within = subject.end() > len(between) and begins_anew(words)
    return bool(_REACH.fullmatch(between)) if is_within else _far_reaches(between[subject.end() :], words)
