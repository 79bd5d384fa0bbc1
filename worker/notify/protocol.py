"""What the sales team is told about a lead, whatever the channel."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SalesAlert:
    """A lead that a person should turn to: ids, numbers and a link behind our login.

    No name, no address and no word of the lead's: a chat is kept and searched outside the house.
    """

    lead_id: str
    score: int | None
    """High, or None for a lead to whom a holding answer promised a person."""
    source: str
    campaign: str
    url: str


class Notifier(Protocol):
    """One channel. Every method raises TransportError when the channel cannot or will not take it."""

    @property
    def name(self) -> str:
        """The channel, in lower case, as settings and metrics call it."""

    async def notify(self, alert: SalesAlert) -> None:
        """Tell sales. At least once: a repetition after a lost answer shows the message twice."""

    async def check(self) -> None:
        """Prove that the channel would take a message, without posting one; for `leadkeep doctor`."""
