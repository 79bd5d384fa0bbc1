"""How the code is cut: small files, small functions, one idea each, every public name explained."""

import ast
from collections.abc import Iterator
from pathlib import Path

from .repository import PACKAGES, Repository

FILE_LINES = 300
FUNCTION_LINES = 40
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def test_no_file_is_longer_than_300_lines(repository: Repository) -> None:
    written = [f for f in repository.ending(".py", ".html", ".css", ".js", ".sql") if ".min." not in f.name]
    long = {str(f): n for f in written if (n := len(repository.text(f).splitlines())) > FILE_LINES}
    assert long == {}


def test_no_function_is_longer_than_40_lines(repository: Repository) -> None:
    long = [
        f"{path}:{node.lineno} {node.name} has {lines} lines"
        for path in repository.ending(".py")
        for node in ast.walk(repository.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert long == []


def test_no_module_is_named_after_a_drawer(repository: Repository) -> None:
    named = [str(f) for f in repository.ending(".py") if BANNED_NAMES & {*f.parts[:-1], f.stem}]
    assert named == []


def test_init_files_hold_at_most_a_docstring(repository: Repository) -> None:
    full = [
        str(path)
        for path in repository.ending(".py")
        if path.name == "__init__.py" and not _is_docstring_only(repository.tree(path))
    ]
    assert full == []


def test_every_module_says_its_part_in_the_journey(repository: Repository) -> None:
    silent = [
        str(path)
        for path in repository.modules()
        if (tree := repository.tree(path)).body and ast.get_docstring(tree) is None
    ]
    assert silent == []


def test_every_public_function_and_class_has_a_docstring(repository: Repository) -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path in repository.modules()
        if "versions" not in path.parts
        for node in _public_definitions(repository.tree(path))
        if ast.get_docstring(node) is None
    ]
    assert silent == []


def test_every_folder_of_a_package_is_a_package(repository: Repository) -> None:
    folders = {parent for f in repository.modules() for parent in f.parents if parent.parts}
    loose = [str(folder) for folder in folders if _is_importable(folder) and not _has_init(repository, folder)]
    assert sorted(loose) == []


def test_nobody_mocks(repository: Repository) -> None:
    mocking = [
        f"{path}:{node.lineno}"
        for path in repository.ending(".py")
        for node in ast.walk(repository.tree(path))
        if any(name.startswith("unittest") or name == "mock" for name in _imported(node))
    ]
    assert mocking == []


def test_tests_mirror_the_packages(repository: Repository) -> None:
    folders = {f.parts[1] for f in repository.ending(".py", within=("tests",)) if len(f.parts) > 2}
    allowed = {*PACKAGES, "journey", "architecture", "browser", "faults", "fakes", "bench", "campaigns"}
    assert folders <= allowed


def _is_docstring_only(tree: ast.Module) -> bool:
    match tree.body:
        case [] | [ast.Expr(value=ast.Constant(value=str()))]:
            return True
        case _:
            return False


def _public_definitions(tree: ast.Module) -> Iterator[Definition]:
    for node in tree.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public_methods(node)


def _public_methods(node: ast.ClassDef) -> Iterator[Definition]:
    for method in node.body:
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and not method.name.startswith("_"):
            yield method


def _imported(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module)):
            return [module]
        case _:
            return []


def _is_importable(folder: Path) -> bool:
    return folder.name not in {"versions", "engine_shim"} and "migrations" not in folder.parts


def _has_init(repository: Repository, folder: Path) -> bool:
    return folder / "__init__.py" in repository.files
