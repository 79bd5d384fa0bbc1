"""Rendering: templates see a frozen shell and a frozen view, nothing else, and escape all of it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ui.moments import Moment

TEMPLATES = Path(__file__).parent / "templates"
STOP_POLLING = 286
"""htmx swaps this answer in and asks no more."""


@dataclass(frozen=True)
class CountsView:
    """The strip above every page."""

    in_review: int
    on_their_way: int
    quarantined: int
    sent_lately: int
    oldest: Moment | None


@dataclass(frozen=True)
class Notice:
    """What became of the act before: one sentence, and the lead that it was about."""

    text: str
    lead_url: str = ""


@dataclass(frozen=True)
class Shell:
    """What surrounds every page; `csrf` goes into every form."""

    csrf: str = ""
    user_name: str = ""
    is_operator: bool = False
    section: str = ""
    counts: CountsView | None = None
    has_outbox: bool = False
    notice: Notice | None = None


def page(name: str, shell: Shell, view: object, *, status: int = 200) -> HTMLResponse:
    """Render a whole page."""
    template = environment().get_template(name)
    return HTMLResponse(template.render(shell=shell, view=view), status_code=status)


def page_or_block(
    request: Request, name: str, block: str, shell: Shell, view: object, *, is_final: bool = False
) -> HTMLResponse:
    """Render a page, or only one of its blocks when htmx asks for a fragment; a final fragment ends its polling."""
    if "HX-Request" not in request.headers:
        return page(name, shell, view)
    template = environment().get_template(name)
    context = template.new_context({"shell": shell, "view": view})
    return HTMLResponse("".join(template.blocks[block](context)), status_code=STOP_POLLING if is_final else 200)


@cache
def environment() -> Environment:
    """Return the templates' environment: everything is escaped, an unknown name is an error."""
    from ui.static_files import static_url

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["static_url"] = static_url
    return made
