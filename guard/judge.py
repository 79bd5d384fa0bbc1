"""What the guard asks of a classifier: a second opinion on sentences, or none when it cannot judge."""

from collections.abc import Sequence
from typing import Protocol

from models.policy import Language


class Judge(Protocol):
    """A second opinion on own words."""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over everything that the opinion depends on: weights, head, version."""
        ...

    def risk(self, sentences: Sequence[str], language: Language) -> float | None:
        """Return the highest probability of a violation over the sentences, 0–1; None when it cannot judge them."""
        ...
