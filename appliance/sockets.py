"""Where unix sockets live: in `var/run`, or in a short private directory when that path is too long for the kernel."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from models.errors import UnavailableError

# sockaddr_un.sun_path is 108 bytes on Linux and 104 on macOS, the closing zero included.
MAX_SOCKET_PATH_BYTES = 103
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
REMEMBERED = "socket-dir"


def socket_home(run_dir: Path) -> Path:
    """Return the directory for sockets of the appliance whose `run_dir` this is, made private to us.

    A fallback under the runtime or temporary directory is remembered in a file, so that every later command finds it.
    """
    if _fits(run_dir):
        return run_dir
    remembered = run_dir / REMEMBERED
    if remembered.is_file() and (known := Path(remembered.read_text().strip())).is_dir():
        return _private(known)
    home = _private(_short_home(run_dir))
    remembered.write_text(f"{home}\n")
    return home


def _fits(directory: Path) -> bool:
    longest = directory / "postgres" / LONGEST_SOCKET_NAME
    return len(os.fsencode(longest)) <= MAX_SOCKET_PATH_BYTES


def _short_home(run_dir: Path) -> Path:
    name = f"leadkeep-{os.geteuid()}-{hashlib.sha256(os.fsencode(run_dir)).hexdigest()[:10]}"
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    candidates = [runtime / name, Path(tempfile.gettempdir()) / name, Path("/tmp") / name]  # noqa: S108 - checked below
    usable = [path for path in candidates if path.is_absolute() and path.parent.is_dir() and _fits(path)]
    if not usable:
        message = "No directory with a path short enough for a unix socket was found."
        raise UnavailableError(message, hint="Set LEADKEEP_VAR_DIR to a directory with a shorter path.")
    return usable[0]


def _private(home: Path) -> Path:
    """Create or accept the directory; refuse one that another account owns or that is a link."""
    home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
    facts = home.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        message = f"The socket directory {home} belongs to somebody else or can be changed by others."
        raise UnavailableError(message, hint="Remove it, or set LEADKEEP_VAR_DIR to a directory with a shorter path.")
    return home
