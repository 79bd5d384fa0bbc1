"""A form sent after the session ended: its words are given back, so that nobody types them twice."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request, Response

from ui.pages import Shell, page

LABELS = {"subject": "Subject", "body": "Text", "instruction": "Instruction", "note": "Note"}
LONG = frozenset({"body"})


@dataclass(frozen=True)
class TypedField:
    """One field of the form that was sent."""

    name: str
    label: str
    text: str
    rows: int


@dataclass(frozen=True)
class ExpiredView:
    """What was typed, and the way back in."""

    login_url: str
    typed: tuple[TypedField, ...]


async def kept_words(request: Request) -> Response | None:
    """Return a page with what this form held; None when it held no words, or came from another site."""
    if request.method != "POST" or request.headers.get("sec-fetch-site") != "same-origin":
        return None
    form = await request.form()
    texts = {name: text for name in LABELS if isinstance(text := form.get(name), str) and text.strip()}
    if not texts:
        return None
    typed = tuple(TypedField(name, LABELS[name], text, 12 if name in LONG else 2) for name, text in texts.items())
    back = request.url.path.rpartition("/")[0]
    view = ExpiredView(f"/login?next={quote(back)}", typed)
    return page("expired.html", Shell(), view, status=HTTPStatus.UNAUTHORIZED)
