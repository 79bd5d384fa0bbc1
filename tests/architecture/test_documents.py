"""The guide tells the truth: its links lead somewhere, and every metric and command is explained."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import typer.main

from .repository import Repository

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
METRIC = re.compile(r"leadkeep(?:_[a-z0-9]+)+")
METRIC_KINDS = {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum", "GaugeMetricFamily", "CounterMetricFamily"}


def test_every_relative_link_leads_to_a_file(repository: Repository) -> None:
    dead = [
        f"{page} → {target}"
        for page in repository.ending(".md")
        for target in _links(repository.text(page))
        if not _exists(repository, page, target)
    ]
    assert dead == []


def test_every_document_is_reachable_from_the_readme(repository: Repository) -> None:
    pages = {f for f in repository.ending(".md") if f.parts[0] == "docs"}
    assert {str(page) for page in pages - _reachable(repository, Path("README.md"))} == set()


def test_every_metric_is_explained(repository: Repository) -> None:
    page = repository.text(Path("docs/operators/monitoring.md"))
    metrics = {name for path in repository.modules() for name in _metrics(repository.tree(path))}
    assert metrics != set()
    assert {name for name in metrics if f"`{name}" not in page} == set()


def test_no_explained_metric_is_gone(repository: Repository) -> None:
    page = repository.text(Path("docs/operators/monitoring.md"))
    metrics = {name for path in repository.modules() for name in _metrics(repository.tree(path))}
    assert {name for name in METRIC.findall(page) if not _is_series_of(name, metrics)} == set()


def test_every_command_is_explained(repository: Repository) -> None:
    from appliance.cli import app

    page = repository.text(Path("docs/operators/commands.md"))
    commands = set(_commands("leadkeep", typer.main.get_command(app)))
    assert "leadkeep settings" in commands
    assert {name for name in commands if f"`{name}" not in page} == set()


def test_every_decision_is_in_the_index(repository: Repository) -> None:
    index = repository.text(Path("docs/decisions/README.md"))
    pages = [f.name for f in repository.files if f.parts[:2] == ("docs", "decisions") and f.name[0].isdigit()]
    assert [name for name in pages if f"({name})" not in index] == []


def _links(text: str) -> Iterator[str]:
    for target in LINK.findall(FENCE.sub("", text)):
        if not re.match(r"[a-z]+:", target):
            yield target


def _exists(repository: Repository, page: Path, target: str) -> bool:
    name, _, anchor = unquote(target).partition("#")
    path = (repository.root / page).parent / name if name else repository.root / page
    if not path.exists():
        return False
    return not anchor or path.suffix != ".md" or anchor in _anchors(path.read_text(encoding="utf-8"))


def _anchors(text: str) -> set[str]:
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(FENCE.sub("", text)))
    return {heading.replace(" ", "-") for heading in plain}


def _reachable(repository: Repository, start: Path) -> set[Path]:
    seen: set[Path] = set()
    waiting = [start]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or page not in repository.files:
            continue
        seen.add(page)
        targets = (t.partition("#")[0] for t in _links(repository.text(page)))
        found = ((repository.root / page.parent / t).resolve() for t in targets if t)
        waiting += [f.relative_to(repository.root) for f in found if f.is_relative_to(repository.root)]
    return seen


def _metrics(tree: ast.Module) -> Iterator[str]:
    """Names given to prometheus_client's constructors."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=kind) | ast.Attribute(attr=kind), args=[ast.Constant(value=str(name)), *_]):
                if kind in METRIC_KINDS:
                    yield name


def _is_series_of(name: str, metrics: set[str]) -> bool:
    return name in metrics or re.sub(r"_(?:bucket|sum|count|total|created)$", "", name) in metrics


def _commands(prefix: str, command: Any) -> Iterator[str]:
    """Full names of the commands that a person sees; typer's own types are private."""
    children = getattr(command, "commands", None)
    if children is None:
        yield prefix
        return
    for name, child in children.items():
        if not child.hidden:
            yield from _commands(f"{prefix} {name}", child)
