"""Tells which language own words are in, among those that could be mixed up; loaded at its first use."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from lingua import Language as Spoken
from lingua import LanguageDetector, LanguageDetectorBuilder

from guard.thresholds import (
    LANGUAGE_MARGIN,
    LANGUAGE_WINDOW_LETTERS,
    LANGUAGE_WINDOW_MARGIN,
    LANGUAGE_WINDOW_WORDS,
)

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MARK: Final = re.compile(r"['’-]")


def language_of(text: str, margin: float = LANGUAGE_MARGIN) -> str | None:
    """Return the language of a text as ISO 639-1 code (en, it, fr, de, es), None when it cannot be told."""
    likeliest, next_to_it = _detector().compute_language_confidence_values(text)[:2]
    if likeliest.value - next_to_it.value < margin:
        return None
    return likeliest.language.iso_code_639_1.name.lower()


def languages_within(text: str) -> Iterator[str]:
    """Yield the language of every run of a few words in which it can be told for sure; runs of names say nothing."""
    words = [_MARK.sub("", word) for word in _WORD.findall(text)]
    for start in range(max(1, len(words) - LANGUAGE_WINDOW_WORDS + 1)):
        run = words[start : start + LANGUAGE_WINDOW_WORDS]
        names = sum(word[0].isupper() for word in run)
        if 2 * names < len(run) and len(" ".join(run)) >= LANGUAGE_WINDOW_LETTERS:
            yield from filter(None, (language_of(" ".join(run), LANGUAGE_WINDOW_MARGIN),))


@cache
def _detector() -> LanguageDetector:
    known = (Spoken.ENGLISH, Spoken.ITALIAN, Spoken.FRENCH, Spoken.GERMAN, Spoken.SPANISH)
    return LanguageDetectorBuilder.from_languages(*known).build()
