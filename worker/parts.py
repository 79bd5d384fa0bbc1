"""Everything a stage works with, built once by the process's entry point."""

from collections.abc import Mapping
from dataclasses import dataclass

from guard.judge import Judge
from inference.engine import Engine
from models.approval import Links
from models.clock import Clock
from models.database import Database
from models.errors import PolicyError
from models.policy import Campaign
from models.sealing import Keyring
from worker.crm.protocol import Crm
from worker.mail_server import MailServer
from worker.notify.protocol import Notifier


@dataclass(frozen=True)
class Parts:
    """The worker's parts; `crm` and `notifier` are None where the operator configured none."""

    database: Database
    keyring: Keyring
    campaigns: Mapping[str, Campaign]
    engine: Engine
    judge: Judge | None
    """The classifier; None judges nothing, so that every draft goes to review."""
    mail_server: MailServer
    links: Links
    clock: Clock
    crm: Crm | None = None
    notifier: Notifier | None = None
    lease_s: float = 30.0

    def campaign(self, slug: str) -> Campaign:
        """Return a campaign's policy; raises PolicyError when its files are gone."""
        campaign = self.campaigns.get(slug)
        if campaign is None:
            message = f"the campaign {slug} has no policy files"
            raise PolicyError(message, hint="Restore its directory, then restart the workers.")
        return campaign
