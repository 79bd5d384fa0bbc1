"""What a person reads when something cannot be done, and what to do next."""

from dataclasses import dataclass
from http import HTTPStatus

from fastapi.responses import HTMLResponse

from models.errors import DomainError
from ui.pages import Shell, page

TITLES = {
    HTTPStatus.BAD_REQUEST: "This could not be read",
    HTTPStatus.FORBIDDEN: "This is not allowed",
    HTTPStatus.NOT_FOUND: "There is nothing here",
    HTTPStatus.CONFLICT: "Somebody was faster",
    HTTPStatus.GONE: "This lead was erased",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something is missing",
    HTTPStatus.SERVICE_UNAVAILABLE: "A part of the box does not answer",
}
NEXT_STEPS = {
    HTTPStatus.FORBIDDEN: "Go back, reload the page and try again. If it stays like this, sign out and in again.",
    HTTPStatus.NOT_FOUND: "Check the address, or start from the list of leads.",
    HTTPStatus.CONFLICT: "Reload the page to see how things stand now. Nothing of yours was applied.",
    HTTPStatus.GONE: "Its words cannot be read again by anybody. What happened to it is still in its timeline.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Wait a moment and reload. If it lasts, the operator can run `leadkeep doctor`.",
}


@dataclass(frozen=True)
class ErrorView:
    """An error in three lines."""

    status: int
    title: str
    message: str
    next_step: str


def error_page(error: DomainError) -> HTMLResponse:
    """Render an error; nothing in it comes from a lead."""
    status = HTTPStatus(error.status)
    message = error.message[:1].upper() + error.message[1:]
    next_step = error.hint or NEXT_STEPS.get(status, "Go back and try again.")
    view = ErrorView(int(status), TITLES.get(status, "This did not work"), message, next_step)
    return page("error.html", Shell(), view, status=int(status))
