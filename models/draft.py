"""A draft: the message in segments, each with its origin, so that every sentence can be traced."""

import hashlib
from enum import StrEnum

from models.frozen import Frozen
from models.policy import Language


class Origin(StrEnum):
    """Who wrote a segment."""

    MODEL = "model"
    CLAIM = "claim"
    DISCLOSURE = "disclosure"
    SENDER = "sender"
    PERSON = "person"
    POLICY = "policy"
    """The campaign's approved holding answer."""


class DraftParts(Frozen):
    """The model's answer in assembled mode: chosen claims, and its own words around them."""

    subject: str
    greeting: str
    blocks: tuple[str, ...]
    bridges: tuple[str, ...]
    closing: str


class Segment(Frozen):
    """A paragraph of the message; `ref` is the claim's or disclosure's id and version, empty otherwise."""

    origin: Origin
    text: str
    ref: str = ""


class DraftContent(Frozen):
    """A whole message: subject, body paragraphs, and the footer that code compiled (disclosures, sender, opt-out)."""

    language: Language
    subject: str
    subject_origin: Origin
    body: tuple[Segment, ...]
    footer: tuple[Segment, ...]

    @property
    def body_text(self) -> str:
        """The body as a reviewer edits it: paragraphs between blank lines, no footer."""
        return "\n\n".join(segment.text for segment in self.body)

    @property
    def text(self) -> str:
        """The whole text that leaves, footer included."""
        return "\n\n".join(segment.text for segment in (*self.body, *self.footer)) + "\n"

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) of subject and text: what a verdict and an approval speak of."""
        return hashlib.sha256(f"{self.subject}\n\n{self.text}".encode()).hexdigest()
