"""The two cookies of the desk: who is signed in, and which browser a form was made for before anybody is."""

import secrets

from fastapi import Request, Response

from ui.parts import UiParts

SESSION = "leadkeep"
FORM = "leadkeep-form"
FORM_MINUTES = 60


def new_token() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def read(request: Request, parts: UiParts, name: str) -> str:
    """Return a cookie's value, empty when it is not there."""
    return request.cookies.get(_full_name(parts, name), "")


def write(response: Response, parts: UiParts, name: str, value: str, *, max_age_s: int) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send with a form.

    Lax, not Strict: a reviewer follows links to the desk from the CRM. Over https it is bound to this very host.
    """
    response.set_cookie(
        _full_name(parts, name),
        value,
        max_age=max_age_s,
        path="/",
        secure=parts.is_https,
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, parts: UiParts, name: str) -> None:
    """Take a cookie back."""
    write(response, parts, name, "", max_age_s=0)


def _full_name(parts: UiParts, name: str) -> str:
    return f"__Host-{name}" if parts.is_https else name
