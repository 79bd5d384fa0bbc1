"""The list of leads: filtered, a page at a time, newest first."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from models.database import ReadSession
from models.queries import desk, intake
from models.states import LeadState
from ui.labels import state_label
from ui.lead_lines import LeadLineView, line_view, product_name
from ui.parts import UiParts


@dataclass(frozen=True)
class Choice:
    """One option of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class ListingView:
    """The page; `poll_url` is empty where it stands still (older pages)."""

    lines: tuple[LeadLineView, ...]
    states: tuple[Choice, ...]
    campaigns: tuple[Choice, ...]
    is_filtered: bool
    is_first_page: bool
    poll_url: str
    older_url: str
    newest_url: str
    webhook_url: str
    connections: tuple[str, ...]


@dataclass(frozen=True)
class Filter:
    """What the visitor asked for; unknown values were dropped."""

    state: LeadState | None
    campaign: str | None
    before: UUID | None

    def url(self, before: UUID | None = None) -> str:
        """Return the address of this filter's newest page, or of the page after `before`."""
        chosen = {"state": self.state, "campaign": self.campaign, "before": before and str(before)}
        query = urlencode({name: value for name, value in chosen.items() if value})
        return f"/?{query}" if query else "/"


def filter_of(parts: UiParts, state: str, campaign: str, before: str) -> Filter:
    """Read the query string; what does not exist filters nothing."""
    chosen_state = LeadState(state) if state in set(LeadState) else None
    return Filter(chosen_state, campaign if campaign in parts.campaigns else None, _uuid(before))


async def listing(session: ReadSession, parts: UiParts, chosen: Filter) -> ListingView:
    """Read one page of leads and word it."""
    lines = await desk.lead_page(session, state=chosen.state, campaign=chosen.campaign, before=chosen.before)
    is_first = chosen.before is None
    is_filtered = chosen.state is not None or chosen.campaign is not None
    known = await intake.connections(session) if not lines and is_first and not is_filtered else []
    now = parts.clock()
    return ListingView(
        lines=tuple(line_view(line, parts, now) for line in lines),
        states=tuple(Choice(state, state_label(state), state == chosen.state) for state in LeadState),
        campaigns=tuple(Choice(slug, product_name(parts, slug), slug == chosen.campaign) for slug in parts.campaigns),
        is_filtered=is_filtered,
        is_first_page=is_first,
        poll_url=chosen.url() if is_first else "",
        older_url=chosen.url(lines[-1].id) if len(lines) == desk.PAGE_LIMIT else "",
        newest_url=chosen.url(),
        webhook_url=f"{parts.public_url}/webhooks/web-form",
        connections=tuple(connection.name for connection in known),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
