"""Turns what stops a command into one sentence for a person: the operating system's refusals, and groups of errors."""

import asyncio
import errno

from appliance.setup_failure import SetupFailure
from models.errors import DomainError, UnavailableError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def explained(error: BaseException) -> DomainError | SetupFailure | None:
    """Return the error as one that explains itself, or None when it is a bug whose traceback is wanted.

    Of errors that came together, the first that is no mere cancellation counts.
    """
    match first_of(error):
        case DomainError() | SetupFailure() as known:
            return known
        case OSError(errno=number) if number in FULL:
            hint = "Free some space, or set LEADKEEP_VAR_DIR to another disk."
            return UnavailableError("The disk is full.", hint=hint)
        case OSError(errno=number, filename=place) if number in FORBIDDEN:
            target = f" {place}" if place else " here"
            return UnavailableError(f"This account may not write{target}.", hint="Run as the account that owns it.")
        case _:
            return None


def first_of(error: BaseException) -> BaseException:
    """Return the error itself, or the first that counts of a group."""
    while isinstance(error, BaseExceptionGroup):
        known = [inner for inner in error.exceptions if not isinstance(inner, asyncio.CancelledError)]
        error = (known or list(error.exceptions))[0]
    return error
