"""The numbers that decide in this package, each with its evidence."""

from typing import Final

ECHO_WORDS: Final = 7
"""A run of so many of the lead's own words is an echo. Assumption: polite paraphrases of a request ("a mortgage for a
flat in class A") share up to five words with it; an injected sentence that comes back shares all of its own."""

LANGUAGE_LETTERS: Final = 40
"""Below so many letters five languages are told apart too badly (names, "Green Mortgage") to hold a message up."""
LANGUAGE_MARGIN: Final = 0.2
"""Least lead of the likeliest language over the next; below it nothing is said."""
LANGUAGE_WINDOW_WORDS: Final = 6
LANGUAGE_WINDOW_LETTERS: Final = 25
LANGUAGE_WINDOW_MARGIN: Final = 0.7
"""A sentence that goes over into another language: in runs of so many words, letters and so clear a lead, none of 365
honest sentences strayed, and 133 of 169 that went on in German, Spanish, French, Dutch, Romanian or Portuguese did."""

REPEATED_WORDS: Final = 4
"""Sentences shorter than this may stand twice ("Thank you.")."""
REPEATED_SHARE: Final = 0.34
"""No word fills a third of a paragraph of eight words or more in honest text; loops of small models do."""
SHORTEST_BODY_WORDS: Final = 8
"""A greeting and less than one sentence."""

JUDGED_WORDS: Final = 3
"""The classifier sees no sentence shorter than this: greetings and names are noise to it."""
