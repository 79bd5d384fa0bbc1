"""A form is believed only when this very browser got it from this very desk.

Two checks on every POST: the browser's own word about where the request comes from (Fetch Metadata, Origin), and a
token derived from the browser's cookie by HMAC. OWASP: signed double-submit cookie.
"""

from urllib.parse import urlsplit

from fastapi import Request

from models.errors import ForbiddenError
from models.sealing import Keyring
from ui.parts import UiParts

PURPOSE = "csrf"
FIELD = "csrf"


def token_for(keyring: Keyring, cookie: str) -> str:
    """Return the token of the forms that a browser with this cookie gets."""
    return keyring.sign(PURPOSE, cookie)


async def check(request: Request, parts: UiParts, cookie: str) -> None:
    """Raise ForbiddenError unless this POST comes from a form that we made for this browser."""
    if not _comes_from_here(request, parts):
        message = "this form was sent from another site"
        raise ForbiddenError(message, hint="Open the desk yourself and do it there.")
    given = (await request.form()).get(FIELD, "")
    if not (cookie and isinstance(given, str) and parts.keyring.signed(PURPOSE, cookie, given)):
        message = "this form is too old, or was not made for this browser"
        raise ForbiddenError(message, hint="Go back, reload the page and try again.")


def _comes_from_here(request: Request, parts: UiParts) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc in {request.headers.get("Host"), urlsplit(parts.public_url).netloc}
