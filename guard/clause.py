"""The clause that some words stand in: how far a denial, a question or a condition can reach."""

import re
from typing import Final

_CLAUSE_CHARS: Final = 300
"""No clause is longer; it keeps the search short in texts without punctuation."""
_CLAUSE_END: Final = re.compile(
    r"[.!?;:,()\"]|\b(?:but|and|because|so|while|though|although|however|ma|pero|perche|quindi|mentre|invece|ed)\b"
)
_VERB: Final = r"(?:is|are|was|were|will|has|have|can|e|sono|sara|verra|ha)\b"
_BEGINS_ANEW: Final = re.compile(rf"(?!(?:be|been) |{_VERB})\S+(?: \S+)*? {_VERB}")


def clause_before(text: str, start: int) -> str:
    """Return what stands before `start` in the same clause of a normal form."""
    last = max(0, start - _CLAUSE_CHARS)
    for boundary in _CLAUSE_END.finditer(text, last, start):
        last = boundary.end()
    return text[last:start]


def begins_anew(words: str) -> bool:
    """Tell whether these words bring a subject and its verb of their own ("approval is …"), whatever stands before."""
    return _BEGINS_ANEW.match(words) is not None
