"""The pages obey the content security policy `default-src 'self'` and show a lead's words as text."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, StrictUndefined, nodes
from jinja2.exceptions import TemplateError

from .repository import Repository

UNSAFE = re.compile(r"\|\s*safe\b|\bMarkup\s*\(|autoescape\s+false", re.IGNORECASE)
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style\b|\son[a-z]+\s*=|\shx-on\b|\sstyle\s*=|javascript:|\bhx-vals=[\"']js:",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(r"(?:https?:)?//(?!127\.0\.0\.1|localhost|www\.w3\.org/)[a-z0-9][\w-]*\.[a-z]", re.IGNORECASE)


@pytest.fixture(scope="module")
def environment() -> Environment:
    """The desk's own: with its filters and globals."""
    from ui.pages import environment

    return environment()


def test_there_are_pages(repository: Repository) -> None:
    assert repository.templates() != []


def test_the_environment_escapes_and_refuses_unknown_names(environment: Environment) -> None:
    assert environment.autoescape is True
    assert environment.undefined is StrictUndefined


def test_every_template_compiles(repository: Repository, environment: Environment) -> None:
    broken = []
    for path in repository.templates():
        try:
            environment.get_template(str(Path(*path.parts[2:])))
        except TemplateError as error:
            broken.append(f"{path}: {error}")
    assert broken == []


def test_every_included_or_extended_template_exists(repository: Repository, environment: Environment) -> None:
    names = {str(Path(*f.parts[2:])) for f in repository.templates()}
    missing = [
        f"{path} → {name}"
        for path in repository.templates()
        for name in _references(environment.parse(repository.text(path)))
        if name not in names
    ]
    assert missing == []


def test_no_template_turns_escaping_off(repository: Repository) -> None:
    assert list(repository.matching_lines(repository.templates(), UNSAFE)) == []


def test_no_template_holds_script_or_style(repository: Repository) -> None:
    assert [str(f) for f in repository.templates() if INLINE.search(repository.text(f))] == []


def test_no_page_or_stylesheet_points_elsewhere(repository: Repository) -> None:
    served = repository.templates() + [f for f in repository.ending(".css", within=("ui",)) if "static" in f.parts]
    assert list(repository.matching_lines(served, ELSEWHERE)) == []


def test_every_form_that_posts_carries_the_csrf_token(repository: Repository) -> None:
    form = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.IGNORECASE | re.DOTALL)
    bare = [
        f"{path}: {match[:80]}"
        for path in repository.templates()
        for match in form.findall(repository.text(path))
        if "csrf" not in match.lower()
    ]
    assert bare == []


def _references(template: nodes.Template) -> set[str]:
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    return {
        node.template.value
        for node in template.find_all(kinds)
        if isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)
    }
