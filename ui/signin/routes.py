"""The pages in front of the gate: sign in, sign out, and joining by a one-time link."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from models.errors import NotFoundError
from models.queries import people
from models.sealing import token_sha256
from ui.answers import PageRoute, see_other
from ui.pages import Shell, page
from ui.parts import UiParts
from ui.signin import accounts, cookies, csrf
from ui.signin.gate import Parts, SignedIn

router = APIRouter(route_class=PageRoute)
private_router = APIRouter(route_class=PageRoute)

REFUSED = "Name and password do not fit, or ten wrong ones came before: then an account rests for 15 minutes."


@dataclass(frozen=True)
class LoginView:
    """The login form, with what was wrong."""

    name: str = ""
    next: str = "/"
    problem: str = ""
    nobody_yet: bool = False


@dataclass(frozen=True)
class JoinView:
    """The form of a one-time link."""

    url: str
    role: str
    name: str = ""
    problem: str = ""


@router.get("/login")
async def login_page(request: Request, parts: Parts, next: str = "/") -> Response:  # noqa: A002 - the parameter's name in the URL
    """Show the login, or how to make the first account."""
    async with parts.database.read() as session:
        nobody_yet = not await people.has_users(session)
    return _form_page(request, parts, "login.html", LoginView(next=_own_path(next), nobody_yet=nobody_yet))


@router.post("/login")
async def login(
    request: Request,
    parts: Parts,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Sign a person in and lead them on."""
    await csrf.check(request, parts, cookies.read(request, parts, cookies.FORM))
    user_id = await accounts.recognise(parts, name, password)
    if user_id is None:
        view = LoginView(name=name[:80], next=_own_path(next), problem=REFUSED)
        return _form_page(request, parts, "login.html", view, status=HTTPStatus.UNAUTHORIZED)
    token = cookies.new_token()
    await accounts.start(parts, user_id, token=token, replaces=cookies.read(request, parts, cookies.SESSION))
    return _signed_in_answer(parts, token, _own_path(next))


@private_router.post("/logout")
async def logout(request: Request, parts: Parts, visitor: SignedIn) -> Response:
    """End this browser's session for good."""
    await accounts.end(parts, visitor.user_id, cookies.read(request, parts, cookies.SESSION))
    response = see_other("/login")
    cookies.forget(response, parts, cookies.SESSION)
    return response


@router.get("/join/{token}")
async def join_page(request: Request, parts: Parts, token: str) -> Response:
    """Show the form with which an invited person makes their account."""
    return _form_page(request, parts, "join.html", JoinView(request.url.path, await _role(parts, token)))


@router.post("/join/{token}")
async def join(
    request: Request,
    parts: Parts,
    token: str,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Use the invitation up, make the account and sign it in."""
    await csrf.check(request, parts, cookies.read(request, parts, cookies.FORM))
    role = await _role(parts, token)
    problem = accounts.problem_with(name, password, again)
    user_id = None
    if not problem:
        user_id = await accounts.join(parts, token, name, password)
        problem = "" if user_id else "This name is taken. Choose another one."
    if user_id is None:
        view = JoinView(request.url.path, role, name[:80], problem)
        return _form_page(request, parts, "join.html", view, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    session_token = cookies.new_token()
    await accounts.start(parts, user_id, token=session_token, replaces="")
    return _signed_in_answer(parts, session_token, "/")


async def _role(parts: UiParts, token: str) -> str:
    async with parts.database.read() as session:
        role = await people.invitation_role(session, token_sha256(token))
    if role is None:
        message = "this link was used, or it is too old"
        raise NotFoundError(message, hint="Ask the operator for a new one: `leadkeep users add` makes it.")
    return role


def _form_page(request: Request, parts: UiParts, name: str, view: object, *, status: int = HTTPStatus.OK) -> Response:
    cookie = cookies.read(request, parts, cookies.FORM) or cookies.new_token()
    response = page(name, Shell(csrf=csrf.token_for(parts.keyring, cookie)), view, status=status)
    cookies.write(response, parts, cookies.FORM, cookie, max_age_s=cookies.FORM_MINUTES * 60)
    return response


def _signed_in_answer(parts: UiParts, token: str, path: str) -> Response:
    response = see_other(path)
    cookies.write(response, parts, cookies.SESSION, token, max_age_s=parts.session_hours * 3600)
    cookies.forget(response, parts, cookies.FORM)
    return response


def _own_path(path: str) -> str:
    """Return a path of this desk; anything that could lead elsewhere becomes the list of leads."""
    is_own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_own else "/"
