"""The addresses of the review desk: the queue, one draft, and the four acts."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.background import BackgroundTask

from models.errors import ConflictError, PolicyError
from models.queries.intake import Job
from models.queries.journey import ReviewAction
from ui.answers import PageRoute, see_other
from ui.pages import page, page_or_block
from ui.parts import UiParts
from ui.reviewing import acts, rejections, wording
from ui.reviewing.acts import Seen
from ui.reviewing.item import item_view, with_typed
from ui.reviewing.queue import item_url, neighbours, order_of, queue_url, queue_view
from ui.signin.gate import Parts, SignedIn, Visitor, shell_for

router = APIRouter(route_class=PageRoute)


def seen_of(lead_id: UUID, draft_id: Annotated[str, Form()] = "", content_sha256: Annotated[str, Form()] = "") -> Seen:
    """Read which version the reviewer had before them."""
    try:
        return Seen(lead_id, UUID(draft_id) if draft_id else None, content_sha256)
    except ValueError:
        message = "this form does not say which draft it is about"
        raise ConflictError(message) from None


@router.get("/review")
async def queue_page(
    request: Request, parts: Parts, visitor: SignedIn, order: str = "", done: str = "", lead: str = ""
) -> Response:
    """Show what waits for a person."""
    async with parts.database.read() as session:
        view = await queue_view(session, parts, order_of(order))
        shell = await shell_for(session, parts, visitor, section="review", notice=wording.notice(done, lead))
    return page_or_block(request, "queue.html", "live", shell, view)


@router.get("/review/{lead_id}")
async def item_page(
    request: Request,
    parts: Parts,
    visitor: SignedIn,
    lead_id: UUID,
    order: str = "",
    done: str = "",
    lead: str = "",
) -> Response:
    """Show one draft beside its lead."""
    async with parts.database.read() as session:
        view = await item_view(session, parts, lead_id, order=order_of(order))
        shell = await shell_for(session, parts, visitor, section="review", notice=wording.notice(done, lead))
    return page_or_block(request, "item.html", "live", shell, view, is_final=not view.is_moving)


@router.post("/review/{lead_id}/approve")
async def approve(
    parts: Parts, visitor: SignedIn, seen: Annotated[Seen, Depends(seen_of)], order: Annotated[str, Form()] = ""
) -> Response:
    """Release the mail and go on to the next draft."""
    next_url = await _next_url(parts, seen, ReviewAction.APPROVE, order)
    try:
        job = await acts.approve(parts, visitor, seen)
    except ConflictError as error:
        return await _stale(parts, visitor, seen, error, order)
    return _woken(parts, see_other(next_url), job)


@router.post("/review/{lead_id}/edit")
async def edit(
    parts: Parts,
    visitor: SignedIn,
    seen: Annotated[Seen, Depends(seen_of)],
    subject: Annotated[str, Form()] = "",
    body: Annotated[str, Form()] = "",
    order: Annotated[str, Form()] = "",
) -> Response:
    """Keep the reviewer's version and stay: it is checked in a moment."""
    problem = wording.problem_with_text(subject, body)
    if problem:
        return await _again(parts, visitor, seen, order, subject=subject, body=body, problem=problem)
    try:
        job = await acts.edit(parts, visitor, seen, subject=subject, body=body)
    except PolicyError as error:
        problem = f"The campaign does not allow it: {error.message}. {error.hint}"
        return await _again(parts, visitor, seen, order, subject=subject, body=body, problem=problem)
    except ConflictError as error:
        return await _stale(parts, visitor, seen, error, order, subject=subject, body=body)
    return _stay(parts, seen, order, job)


@router.post("/review/{lead_id}/reject")
async def reject(
    parts: Parts,
    visitor: SignedIn,
    seen: Annotated[Seen, Depends(seen_of)],
    reason: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    order: Annotated[str, Form()] = "",
) -> Response:
    """End the lead and go on to the next draft."""
    problem = rejections.problem_with(reason, note) or wording.problem_with_note(note)
    if problem:
        return await _again(parts, visitor, seen, order, reject_problem=problem, note=note, reason=reason)
    next_url = await _next_url(parts, seen, ReviewAction.REJECT, order)
    try:
        await acts.reject(parts, visitor, seen, reason=rejections.LABELS[reason], note=note.strip())
    except ConflictError as error:
        return await _stale(parts, visitor, seen, error, order)
    return see_other(next_url)


@router.post("/review/{lead_id}/redraft")
async def redraft(
    parts: Parts,
    visitor: SignedIn,
    seen: Annotated[Seen, Depends(seen_of)],
    instruction: Annotated[str, Form()] = "",
    order: Annotated[str, Form()] = "",
) -> Response:
    """Send the lead back to the engine and stay: another draft comes in a moment."""
    problem = wording.problem_with_note(instruction)
    if problem:
        return await _again(parts, visitor, seen, order, redraft_problem=problem, instruction=instruction)
    try:
        job = await acts.redraft(parts, visitor, seen, instruction=instruction.strip())
    except ConflictError as error:
        return await _stale(parts, visitor, seen, error, order)
    return _stay(parts, seen, order, job)


async def _next_url(parts: UiParts, seen: Seen, action: ReviewAction, order: str) -> str:
    """Return where an act that ends a review leads: the draft after this one, with word of what was done."""
    chosen = order_of(order)
    async with parts.database.read() as session:
        url = (await neighbours(session, seen.lead_id, chosen)).after_url or queue_url(chosen)
    return f"{url}{'&' if '?' in url else '?'}done={action}&lead={seen.lead_id}"


def _stay(parts: UiParts, seen: Seen, order: str, job: Job) -> Response:
    return _woken(parts, see_other(item_url(seen.lead_id, order_of(order))), job)


def _woken(parts: UiParts, response: Response, job: Job) -> Response:
    response.background = BackgroundTask(parts.wake, job)
    return response


async def _again(parts: UiParts, visitor: Visitor, seen: Seen, order: str, **typed: str) -> Response:
    async with parts.database.read() as session:
        view = await item_view(session, parts, seen.lead_id, order=order_of(order))
        shell = await shell_for(session, parts, visitor, section="review")
    return page("item.html", shell, with_typed(view, **typed), status=HTTPStatus.UNPROCESSABLE_ENTITY)


async def _stale(
    parts: UiParts, visitor: Visitor, seen: Seen, error: ConflictError, order: str, **typed: str
) -> Response:
    """Show kindly that somebody was faster, with whatever the reviewer had typed."""
    async with parts.database.read() as session:
        view = await item_view(session, parts, seen.lead_id, order=order_of(order))
        shell = await shell_for(session, parts, visitor, section="review")
    refusal = f"{error.message[:1].upper()}{error.message[1:]}. {error.hint}"
    return page("stale.html", shell, with_typed(view, refusal=refusal, **typed), status=HTTPStatus.CONFLICT)
