"""What a rule is: an id, a demand, its documentation with examples that tests run, and a function that finds.

The review desk and the reviewers' guide show the same words: Checks / Why / Source / Passes / Fails.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from guard.passage import Message
from models.policy import Language
from models.verdict import Action


@dataclass(frozen=True)
class Spot:
    """Where a rule speaks: offsets in the passage's own text; `action` when it differs from the rule's."""

    place: str
    start: int = 0
    end: int = 0
    action: Action | None = None


@dataclass(frozen=True)
class Example:
    """A paragraph of a draft and what surrounds it; tests build the message and run the rule on it."""

    language: Language
    text: str = ""
    """The model's own words, unless `claim` is given: then what stands in that claim's place (empty: the claim)."""
    claim: str = ""
    lead_says: str = ""
    without: str = ""
    """A part of the footer that is left out, by its ref."""
    is_greeting: bool = False
    is_whole: bool = False
    is_late: bool = False
    """The day is after every expiry."""


@dataclass(frozen=True)
class Rule:
    """One rule. `advice` tells the reviewer what is wrong and what to do next, and never quotes the lead."""

    id: str
    title: str
    action: Action
    checks: str
    why: str
    source: str
    advice: str
    passes: tuple[Example, ...]
    fails: tuple[Example, ...]
    find: Callable[[Message], Iterable[Spot]]
    languages: tuple[Language, ...] = (Language.EN, Language.IT)


def en(text: str = "", **around: str | bool) -> Example:
    """Return an English example."""
    return Example(Language.EN, text, **around)  # type: ignore[arg-type]


def it(text: str = "", **around: str | bool) -> Example:
    """Return an Italian example."""
    return Example(Language.IT, text, **around)  # type: ignore[arg-type]
