"""Errors at the HTTP edge, in one shape: RFC 9457 problem details with a hint that says what to do next."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from models.errors import DomainError, NotFoundError
from ui.error_pages import error_page

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5


class TooLargeError(DomainError):
    """The body is larger than this appliance reads."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class TooSlowError(DomainError):
    """The body did not arrive in time."""

    status = HTTPStatus.REQUEST_TIMEOUT


class WrongTypeError(DomainError):
    """The body's content type is not one that the source sends."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def problem(status: int, detail: str, *, hint: str = "") -> JSONResponse:
    """Return one problem as a response; `detail` and `hint` are sentences for the integrator."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": _sentence(detail)}
    return JSONResponse(body | ({"hint": hint} if hint else {}), status, _headers(status), MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Translate every error once, here."""
    app.add_exception_handler(DomainError, _of_domain)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(Exception, _of_bug)


async def _of_domain(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, DomainError):
        raise error
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("request.failed", status=int(error.status), method=request.method, error=type(error).__name__)
    return problem(error.status, error.message, hint=error.hint)


async def _of_http(request: Request, error: Exception) -> Response:
    """Answer a browser that looks for a page which is not there with a page, all others with a problem."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == HTTPStatus.NOT_FOUND and "text/html" in request.headers.get("accept", ""):
        message = "there is nothing at this address"
        return error_page(NotFoundError(message))
    hints = {HTTPStatus.NOT_FOUND: "Check the address.", HTTPStatus.METHOD_NOT_ALLOWED: "Check the method."}
    response = problem(error.status_code, str(error.detail), hint=hints.get(HTTPStatus(error.status_code), ""))
    response.headers.update(error.headers or {})
    return response


async def _of_validation(_request: Request, _error: Exception) -> JSONResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(status, "a parameter has the wrong form", hint="Compare it with /openapi.json.")


async def _of_bug(request: Request, error: Exception) -> JSONResponse:
    log.error("request.crashed", method=request.method, exc_info=error)
    hint = "Try again; if it happens again, the operator finds request.crashed in the log."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "something broke here", hint=hint)


def _headers(status: int) -> dict[str, str]:
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return {"www-authenticate": "Bearer"}
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return {"retry-after": str(RETRY_AFTER_S)}
        case _:
            return {}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
