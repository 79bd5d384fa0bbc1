"""How the model's own sentences may begin, in each language: reviewed words, like the claims.

A bridge thanks for something, names what was asked, or leads over to a claim. Each beginning asks for a noun to follow,
so that a sentence finds it hard to assert: "It is good to hear that" was open once, and a small model went on with
"your approval is guaranteed". How a sentence goes on is the model's own, within `words`.
"""

from dataclasses import dataclass
from typing import Final

from models.policy import Language


@dataclass(frozen=True, slots=True)
class Phrasing:
    """The beginnings that are open to the model in one language."""

    greetings: tuple[str, ...]
    """Whole: the name after it is code's business."""
    subjects: tuple[str, ...]
    bridges: tuple[str, ...]
    closings: tuple[str, ...]


PHRASINGS: Final[dict[Language, Phrasing]] = {
    Language.EN: Phrasing(
        greetings=("Dear", "Hello"),
        subjects=(
            "Your enquiry about",
            "Your question about",
            "Your questions about",
            "Your plans for",
            "Your interest in",
        ),
        bridges=(
            "Thank you for your message about",
            "Thank you for your interest in",
            "Thank you for telling us about",
            "Thank you for asking about",
            "You asked about",
            "Here is what we can tell you",
            "Here is what I can tell you",
        ),
        closings=("I look forward", "We look forward", "Just reply", "Please reply", "If you"),
    ),
    Language.IT: Phrasing(
        greetings=("Buongiorno", "Gentile"),
        subjects=(
            "La sua richiesta su",
            "La sua domanda su",
            "Le sue domande su",
            "I suoi progetti per",
            "Il suo interesse per",
        ),
        bridges=(
            "Grazie per averci scritto",
            "Grazie per averci parlato",
            "Grazie per averci chiesto",
            "Grazie per il suo interesse per",
            "Ci ha chiesto",
            "Ecco che cosa possiamo dirle",
        ),
        closings=("Resto a disposizione", "Restiamo a disposizione", "Per parlarne", "Se desidera"),
    ),
}
