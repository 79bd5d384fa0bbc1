"""Everything the gateway works with, built once by the process's entry point."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.language import DetectLanguage
from gateway.webhooks import Wake
from models.clock import Clock
from models.database import Database
from models.policy import Campaign
from models.sealing import Keyring

QueueAnswers = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class GatewayParts:
    """The gateway's parts; `outbox_dir` is the local mail sink's, None where mail really leaves.

    `public_url` is how people and senders reach us, without a slash at its end; `revision` is the newest migration
    that this release knows.
    """

    database: Database
    keyring: Keyring
    campaigns: Mapping[str, Campaign]
    detect: DetectLanguage
    wake: Wake
    queue_answers: QueueAnswers
    clock: Clock
    public_url: str
    revision: str
    body_limit_bytes: int = 262_144
    session_hours: int = 12
    outbox_dir: Path | None = None

    @property
    def is_https(self) -> bool:
        """Tell whether people reach us over TLS."""
        return self.public_url.startswith("https://")
