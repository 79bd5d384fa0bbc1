"""Whether a message reads as a person would write it: language, loops, machine phrases, the greeting (Q01–Q04)."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from guard.identification import language_of, languages_within
from guard.passage import GREETING, SUBJECT, Message
from guard.rule import Rule, Spot, en, it
from guard.salutation import greeting, greetings_for
from guard.sentences import sentences_in
from guard.thresholds import LANGUAGE_LETTERS, REPEATED_SHARE, REPEATED_WORDS, SHORTEST_BODY_WORDS
from guard.wording import wording
from models.draft import Origin
from models.verdict import Action

_WORD: Final = re.compile(r"[^\W\d_]+")
_LOOP: Final = re.compile(
    r"\b(\w+)(?: \1\b){2,}|\b(\w+ \w+)(?:,? \2\b){2,}|\b(\w{1,40}(?: \w{1,40}){2,7})(?:[.,]? \3\b){1,}"
)


def _other_language(message: Message) -> Iterator[Spot]:
    language = message.content.language
    for passage in (passage for passage in message.own if not passage.name):
        is_long_enough = sum(char.isalpha() for char in passage.text) >= LANGUAGE_LETTERS
        is_foreign = is_long_enough and language_of(passage.text) not in {language, None}
        if is_foreign or any(found != language for found in languages_within(passage.text)):
            yield Spot(passage.place, 0, len(passage.text))


def _loops(message: Message) -> Iterator[Spot]:
    seen: set[str] = set()
    for passage in message.own:
        text = passage.normal.text
        yield from (Spot(passage.place, *passage.normal.origin(*found.span())) for found in _LOOP.finditer(text))
        for sentence in (part.strip(" .!?") for part in sentences_in(text)):
            if sentence in seen and len(sentence.split()) >= REPEATED_WORDS and passage.place != SUBJECT:
                yield Spot(passage.place, 0, len(passage.text))
            seen.add(sentence)
        words = Counter(_WORD.findall(text))
        if words.total() >= 2 * REPEATED_WORDS and words.most_common(1)[0][1] > REPEATED_SHARE * words.total():
            yield Spot(passage.place, 0, len(passage.text))


def _empty(message: Message) -> Iterator[Spot]:
    if not _WORD.search(message.content.subject):
        yield Spot(SUBJECT)
    if len(_WORD.findall(message.content.body_text)) < SHORTEST_BODY_WORDS:
        yield Spot(GREETING)


def _odd_greeting(message: Message) -> Iterator[Spot]:
    """Yield a greeting that is not a word of courtesy and this lead's first name."""
    if not message.content.body or message.content.body[0].origin is Origin.PERSON:
        return
    first, language = message.content.body[0].text, message.content.language
    neutral = greeting("", "", language)
    if first not in greetings_for(message.lead.contact.first_name, language) | {neutral}:
        yield Spot(GREETING, 0, len(first))


Q01: Final = Rule(
    id="Q01",
    title="Machine phrases",
    action=Action.REVIEW,
    checks="Phrases that a person would not write: I hope this email finds you well, fast-paced world, delve.",
    why="They cost the reader's trust, and they come before empty promises.",
    source="Plain language; FCA CONC 3.3.2R",
    advice="This reads like a machine. Say what you mean in simple words.",
    passes=(en("Thank you for your message."), it("Grazie per il suo messaggio.")),
    fails=(
        en("I hope this email finds you well."),
        en("In today's fast-paced world a home matters."),
        it("Spero che questa email la trovi bene."),
        it("Nel mondo frenetico di oggi la casa conta."),
    ),
    find=wording(
        r"\bi (?:hope|trust) (?:that )?this (?:e-?mail|message|letter|note) finds you\b|\bin today'?s (?:\w+[- "
        r"]?){1,3}world\b|\bfast[- ]paced\b",
        r"\b(?:delve|unlock|unleash|elevate|embark|game[- ]changer|seamless\w*|cutting[- ]edge|synergy|tapestry|"
        r"dream home|dreams? (?:come|into)|look no further|"
        r"rest assured|journey (?:to|towards))\b",
        r"\bspero che (?:questa|la presente|questo) (?:e-?mail|messaggio|mail)? ?(?:la|ti|vi) trovi\b|\bmondo "
        r"frenetico\b|\bcasa dei (?:suoi|tuoi|vostri) sogni\b|\bnon cerchi oltre\b",
    ),
)

Q02: Final = Rule(
    id="Q02",
    title="Loops and repetitions",
    action=Action.REVIEW,
    checks="A word, phrase or sentence that repeats itself.",
    why="Small models loop; a reader sees a broken machine.",
    source="Measured on small models",
    advice="Something repeats itself. Ask for another draft, or shorten it.",
    passes=(
        en("Thank you for writing. An adviser will read your message."),
        it("Grazie per averci scritto. Un consulente leggerà il messaggio."),
    ),
    fails=(
        en("We help help help you with the next step."),
        en("We are here for you. We are here for you. We are here for you."),
        it("Siamo qui siamo qui siamo qui per lei."),
    ),
    find=_loops,
)

Q03: Final = Rule(
    id="Q03",
    title="Odd greeting",
    action=Action.REVIEW,
    checks="The greeting is a word of courtesy and this lead's first name, or no name when the field holds none.",
    why="A name field can hold a slogan, a link or somebody else's name.",
    source="Product security",
    advice="The greeting is not the usual one with this lead's name. Correct it.",
    passes=(en(is_greeting=True, text="Dear Marco,"), it(is_greeting=True, text="Buongiorno,")),
    fails=(en(is_greeting=True, text="Dear Winner,"), it(is_greeting=True, text="Gentile Mutuo Gratis,")),
    find=_odd_greeting,
)

Q04: Final = Rule(
    id="Q04",
    title="Another language",
    action=Action.REVIEW,
    checks="The language of own words, told apart among English, Italian, French, German and Spanish, for each passage "
    "and for every run of a few words in it.",
    why="Words in a language that nobody checks here would pass every rule.",
    source="Measured: rules and classifier know English and Italian only",
    advice="This is not in the message's language. Write it again, or answer by hand.",
    passes=(
        en("Thank you for telling us about your plans for the new house."),
        it("Grazie per averci parlato dei suoi progetti per la nuova casa."),
    ),
    fails=(
        en("Vielen Dank für Ihre Nachricht, wir freuen uns auf das Gespräch mit Ihnen."),
        en("Grazie per averci parlato dei suoi progetti per la nuova casa di famiglia."),
        en("Thank you for your message about Ihr Kredit ist garantiert und schon genehmigt."),
        it("Thank you for telling us about your plans for the new house of your family."),
    ),
    find=_other_language,
)

Q05: Final = Rule(
    id="Q05",
    title="Nothing said",
    action=Action.REVIEW,
    checks="A subject without words, or a body of only a few.",
    why="An empty answer is worse than a late one.",
    source="Plain language",
    advice="The message says next to nothing. Ask for another draft.",
    passes=(
        en("Thank you for your message, which an adviser will read."),
        it("Grazie del messaggio, lo leggerà un consulente."),
    ),
    fails=(en(is_whole=True, text="Hello."), it(is_whole=True, text="Buongiorno.")),
    find=_empty,
)

RULES: Final = (Q01, Q02, Q03, Q04, Q05)
