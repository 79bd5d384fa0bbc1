"""What is known of a lead: their own words, their contact, and the context gathered around them.

Everything here is personal data: it is stored sealed under the lead's own key (`models.sealing`).
"""

from datetime import datetime

from pydantic import Field

from models.frozen import Frozen
from models.policy import Language


class Contact(Frozen):
    """Who to answer, normalised at the edge: e-mail in lower case, phone in E.164 or empty."""

    email: str
    first_name: str = ""
    last_name: str = ""
    phone: str = ""


class LeadDetails(Frozen):
    """A lead's own words and answers; hostile input everywhere."""

    contact: Contact
    message: str = ""
    answers: dict[str, str] = Field(default_factory=dict)
    """Further answers of the form, by the form's own field names."""
    language: Language
    country: str = ""


class EarlierLead(Frozen):
    """An earlier enquiry by the same person: ids, states and times, no words."""

    lead_id: str
    campaign: str
    state: str
    received_at: datetime
    score: int | None = None


class CrmSummary(Frozen):
    """What the CRM knows of this person, reduced to what scoring and drafting need."""

    crm: str
    contact_id: str
    first_name: str = ""
    status: str = ""
    lifecycle: str = ""
    opted_out: bool = False


class Context(Frozen):
    """What surrounds a lead when it is scored: own history and the CRM."""

    earlier: tuple[EarlierLead, ...] = ()
    crm: CrmSummary | None = None
    crm_unreachable: bool = False

    @property
    def returning(self) -> bool:
        """Tell whether this person has written before or is in the CRM."""
        return bool(self.earlier) or self.crm is not None
