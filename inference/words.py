"""The alphabet of the model's own words: no digit, currency sign, percent, address or line break can be written in it.

Patterns are built of bounded repetitions only: xgrammar compiles them into the grammar of the answer, and a bound in
the pattern replaces `maxLength`, which cannot stand beside a pattern there.
"""

import re
from collections.abc import Sequence
from typing import Final

_CAPITALS: Final = "A-ZÀÈÉÌÒÙ"
_SMALL: Final = "a-zàèéìòù"
_WORD: Final = f"[{_CAPITALS}{_SMALL}][{_SMALL}'-]{{0,17}}"
"""Small letters but for the first: capitals throughout are shouting, and what small models fall into."""
_FIRST_WORD: Final = f"[{_CAPITALS}][{_SMALL}'-]{{0,17}}"


def sentence(shortest: int, longest: int) -> str:
    """Return the pattern of one sentence of so many words: capital first, commas within, full stop or question mark."""
    return f"{_FIRST_WORD}(,? {_WORD}){{{shortest - 1},{longest - 1}}}[.?]"


def opened_sentence(openers: Sequence[str], shortest: int, longest: int) -> str:
    """Return the pattern of one sentence that begins with one of these and goes on for so many words."""
    return f"({_any_of(openers)})(,? {_WORD}){{{shortest},{longest}}}[.?]"


def opened_line(openers: Sequence[str], shortest: int, longest: int) -> str:
    """Return the pattern of a line such as a subject: one of these, then so many words, no mark at the end."""
    return f"({_any_of(openers)})( {_WORD}){{{shortest},{longest}}}"


def _any_of(texts: Sequence[str]) -> str:
    return "|".join(re.escape(text).replace("\\ ", " ") for text in texts)
