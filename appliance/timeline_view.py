"""A lead's timeline at the terminal, as a person wants to read it, and as JSON for a program."""

import json
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from models.queries.timeline import Entry, EntryKind, Timeline

MARKS = {
    EntryKind.RECEIVED: "●",
    EntryKind.OUTCOME: "●",
    EntryKind.DELIVERY: "✉",
    EntryKind.QUARANTINE: "!",
}
SHOWN_CHARACTERS = 1_500


def as_json(timeline: Timeline) -> str:
    """Return the timeline as one JSON object, its words included."""
    fields: dict[str, Any] = asdict(timeline)
    fields["details"] = timeline.details and timeline.details.model_dump(mode="json")
    return json.dumps(fields, ensure_ascii=False, indent=2, default=str)


def as_text(timeline: Timeline) -> RenderableType:
    """Return the timeline from its first moment to its last; a lead's words stand indented and unstyled."""
    return Group(_heading(timeline), Text(), *(line for entry in timeline.entries for line in _entry(entry)))


def _heading(timeline: Timeline) -> Text:
    contact = timeline.details.contact if timeline.details else None
    name = f"{contact.first_name} {contact.last_name}".strip() if contact else "erased"
    text = Text(visible(f"{name or 'no name'} <{contact.email}>" if contact else name), style="bold")
    text.append(f"\n{timeline.lead_id} · {timeline.campaign} · {timeline.source}", style="dim")
    text.append(f"\n{timeline.state.replace('_', ' ')}", style="bold cyan")
    text.append(f" since {timeline.state_since:%Y-%m-%d %H:%M:%S} UTC")
    return text


def _entry(entry: Entry) -> list[RenderableType]:
    line = Text(f"{entry.at:%Y-%m-%d %H:%M:%S} ", style="dim")
    line.append(f"{_after(entry.after_s):>9} ", style="dim")
    line.append(f"{MARKS.get(entry.kind, '·')} {visible(entry.title)}", style="bold")
    line.append(f"  {visible(entry.who)}" if entry.who else "", style="dim")
    words = visible(entry.detail[:SHOWN_CHARACTERS])
    shown: list[RenderableType] = [line]
    return [*shown, Padding(Text(words), (0, 2, 0, 32))] if words else shown


def _after(seconds: float) -> str:
    if seconds < 60:
        return f"+{seconds:.1f} s"
    return f"+{seconds / 60:.0f} min" if seconds < 7200 else f"+{seconds / 3600:.0f} h"


def visible(text: str) -> str:
    """Return the text with every character that could steer a terminal replaced by its code."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)
