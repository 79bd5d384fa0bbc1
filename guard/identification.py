"""Tells which language own words are in, among those that could be mixed up; loaded at its first use."""

from functools import cache

from lingua import Language as Spoken
from lingua import LanguageDetector, LanguageDetectorBuilder

from guard.thresholds import LANGUAGE_MARGIN


def language_of(text: str) -> str | None:
    """Return the language of a text as ISO 639-1 code (en, it, fr, de, es), None when it cannot be told."""
    spoken = _detector().detect_language_of(text)
    return spoken.iso_code_639_1.name.lower() if spoken is not None else None


@cache
def _detector() -> LanguageDetector:
    known = (Spoken.ENGLISH, Spoken.ITALIAN, Spoken.FRENCH, Spoken.GERMAN, Spoken.SPANISH)
    return LanguageDetectorBuilder.from_languages(*known).with_minimum_relative_distance(LANGUAGE_MARGIN).build()
