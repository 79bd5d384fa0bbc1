"""How large a log of the box may grow: beyond the limit it is set aside, and one old log is kept.

Standard library only: the setup on a bare machine writes a log too.
"""

import os
import shutil
from pathlib import Path

LIMIT_BYTES = 16 * 1024 * 1024


def set_aside(path: Path) -> None:
    """Move a log that has grown large out of the way; for a log that nobody writes now."""
    if _is_large(path):
        path.replace(_old(path))


def cut(path: Path) -> bool:
    """Set aside what a living process has written so far and let it go on in an empty file; returns whether it did.

    The process must append (O_APPEND). A line written between copy and cut is lost; on a disk too full for the copy
    all of them are, because leads need the room more.
    """
    if not _is_large(path):
        return False
    try:
        shutil.copy(path, _old(path))
    except OSError:
        _old(path).unlink(missing_ok=True)
    os.truncate(path, 0)
    return True


def _is_large(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > LIMIT_BYTES


def _old(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")
