"""Writes the greeting: a fixed word of courtesy and a first name from which nothing but a name can come through."""

import re
import unicodedata
from typing import Final

from models.policy import Language

WITH_NAME: Final = {Language.EN: ("Dear", "Hello"), Language.IT: ("Gentile", "Buongiorno")}
WITHOUT_NAME: Final = {Language.EN: "Hello", Language.IT: "Buongiorno"}
NAME_CHARS: Final = 30
NAME_WORDS: Final = 3
_NOT_A_NAME: Final = re.compile(r"[\d@:/\\<>{}\[\]()|=+*#$€£%&!?;_\"]|www\b|\bhttps?\b|\.\w", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*\.?")
_ODD: Final = re.compile(
    r"^(?:test|null|none|undefined|unknown|n/?a|name|first ?name|nome|admin|user|customer|cliente|sir|madam|free|"
    r"gratis|guaranteed|approved|garantito|approvato|ignore|system|assistant|select|drop|script|alert|dear|hello|"
    r"winner)\b",
    re.IGNORECASE,
)


def greeting(word: str, first_name: str, language: Language) -> str:
    """Return `Dear Marco,`; a word that is not one of courtesy, or a name that is none, gives the neutral greeting."""
    name = clean_first_name(first_name)
    if not name:
        return f"{WITHOUT_NAME[language]},"
    chosen = word.strip(" ,") if word.strip(" ,") in WITH_NAME[language] else WITH_NAME[language][0]
    return f"{chosen} {name},"


def greetings_for(first_name: str, language: Language) -> frozenset[str]:
    """Return the greetings that code may write for what stands in a lead's name field."""
    return frozenset(greeting(word, first_name, language) for word in WITH_NAME[language])


def clean_first_name(first_name: str) -> str:
    """Return a name fit for a greeting, or nothing when the field holds something else (a link, a slogan, markup)."""
    text = unicodedata.normalize("NFC", first_name)
    text = "".join(char for char in text if unicodedata.category(char) not in {"Cf", "Cc", "Cs", "Co", "Cn"})
    words = text.split()
    if not words or len(words) > NAME_WORDS or _NOT_A_NAME.search(text) or _ODD.match(text.strip()):
        return ""
    if len(text) > NAME_CHARS or not all(_WORD.fullmatch(word) and _marks_are_few(word) for word in words):
        return ""
    return " ".join(word.title() if word.isupper() or word.islower() else word for word in words)


def _marks_are_few(word: str) -> bool:
    return sum(unicodedata.category(char) == "Mn" for char in word) <= len(word) // 2
