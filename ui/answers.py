"""Every answer of the desk: its security headers, and a page that says what to do when something is refused."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from models.errors import DomainError, NotFoundError, UnauthenticatedError

log = structlog.get_logger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class PageRoute(APIRoute):
    """A route whose errors become pages and whose answers carry the security headers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler that FastAPI builds."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                response = await handle(request)
            except UnauthenticatedError:
                response = await _unsigned(request)
            except DomainError as error:
                response = error_response(error)
            except RequestValidationError:
                message = "there is nothing at this address"
                response = error_response(NotFoundError(message))
            return with_headers(response)

        return answer


def with_headers(response: Response) -> Response:
    """Add the security headers that the answer does not set itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def error_response(error: DomainError) -> Response:
    """Turn an error into a page."""
    from ui.error_pages import error_page

    log.info("desk.refused", status=int(error.status), error=type(error).__name__)
    response = error_page(error)
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


def see_other(url: str) -> RedirectResponse:
    """Lead the browser on after a form: a reload repeats nothing."""
    return RedirectResponse(url, status_code=HTTPStatus.SEE_OTHER)


async def _unsigned(request: Request) -> Response:
    """Lead whoever is not signed in to the login and back, with the words that they had typed."""
    from ui.signin.expired import kept_words

    return await kept_words(request) or _to_login(request)


def _to_login(request: Request) -> Response:
    if "HX-Request" in request.headers:
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": "/login"})
    back = request.url.path if request.method == "GET" else "/"
    return see_other("/login" if back == "/" else f"/login?next={quote(back)}")
