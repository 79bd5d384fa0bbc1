"""The master key: made once on the first start, read by the processes that open what is sealed, never logged."""

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from models.errors import DomainError

MASTER_KEY_BYTES = 32
BACKUP_HINT = "Restore the file from your backup; without it the sealed leads cannot be read."


class KeyFileError(DomainError):
    """The key file is missing, malformed or readable by others."""


def ensure_master_key(path: Path) -> bool:
    """Create the key file if it is missing and check it; return whether it was created now."""
    created = not path.exists()
    if created:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(path)
    read_master_key(path)
    return created


def read_master_key(path: Path) -> bytes:
    """Return the 32 bytes of the key; raises KeyFileError when others may read the file or it is no key."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        message = f"The master key file {path} is missing."
        raise KeyFileError(message, hint=f"`leadkeep run` makes one on the first start. {BACKUP_HINT}") from None
    except PermissionError:
        message = f"The master key file {path} cannot be read by this account."
        raise KeyFileError(message, hint="Run as the account that owns it.") from None
    except UnicodeDecodeError:
        raise _malformed(path) from None
    if stat.S_IMODE(mode) & 0o077:
        message = f"The master key file {path} can be read by other accounts."
        raise KeyFileError(message, hint=f"Close it: chmod 600 {path}")
    return _decode(path, text)


def withdrawn_key(path: Path) -> KeyFileError:
    """Take back a key made a moment ago, because the database holds leads that another key sealed; return the error."""
    path.unlink()
    message = f"The master key file {path} is missing, and the database holds leads that it sealed."
    return KeyFileError(message, hint=BACKUP_HINT)


def _decode(path: Path, text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raise _malformed(path) from None
    if len(key) != MASTER_KEY_BYTES:
        raise _malformed(path)
    return key


def _create(path: Path) -> None:
    """Write beside and link: a crash leaves no half key, and of two starts at once only one key survives."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _malformed(path: Path) -> KeyFileError:
    message = f"The master key file {path} does not hold {MASTER_KEY_BYTES} bytes in base64."
    return KeyFileError(message, hint=BACKUP_HINT)
