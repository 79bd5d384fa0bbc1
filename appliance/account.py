"""Which account runs PostgreSQL: ours, or an unprivileged one when we are root (PostgreSQL refuses to run as root)."""

import os
import pwd
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from models.errors import UnavailableError

UNPRIVILEGED_ACCOUNTS = ("leadkeep", "postgres", "nobody")
LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Account:
    """A system account and whether it can enter the directories that it must read."""

    name: str
    uid: int
    gid: int
    keep_access: bool = False


def account_for(*paths: Path) -> Account | None:
    """Return the account to drop to, or None when we are not root and run as ourselves.

    `paths` must be reachable by that account; where a parent directory is closed to it (a checkout in root's home),
    it keeps the single capability that lets it enter, rather than us opening the directory to everybody.
    """
    if os.geteuid() != 0:
        return None
    entry = _first_unprivileged()
    closed = any(_is_closed(parent) for path in paths for parent in (path.resolve(), *path.resolve().parents))
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, keep_access=closed)


def our_name() -> str:
    """Return the name of the account that we run as; PostgreSQL's peer authentication needs one."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        message = f"The user id {os.geteuid()} has no account name, and PostgreSQL needs one."
        hint = "Add the account to /etc/passwd, or set LEADKEEP_DATABASE_URL to a PostgreSQL of your own."
        raise UnavailableError(message, hint=hint) from None


def launch_argv(
    argv: tuple[str, ...], account: Account | None = None, *, parent_signal: str | None = None
) -> tuple[str, ...]:
    """Return the command that runs `argv` as `account`, bound to this process's life if `parent_signal` is given."""
    words: list[str] = []
    if account is not None:
        words += ["--uid", str(account.uid), "--gid", str(account.gid)]
        words += ["--keep-access"] if account.keep_access else []
    if parent_signal is not None:
        words += ["--parent", str(os.getpid()), "--parent-signal", parent_signal]
    if not words:
        return argv
    return (sys.executable, "-I", "-S", str(LAUNCHER), *words, "--", *argv)


def _first_unprivileged() -> pwd.struct_passwd:
    for name in UNPRIVILEGED_ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    message = "PostgreSQL does not run as root, and no unprivileged account exists to run it."
    raise UnavailableError(message, hint="Run as a normal user, or create one: useradd --system leadkeep.")


def _is_closed(directory: Path) -> bool:
    return directory.is_dir() and not directory.stat().st_mode & stat.S_IXOTH
