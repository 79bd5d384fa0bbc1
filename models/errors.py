"""One tree of errors: raised where known, translated once at each edge."""

from http import HTTPStatus


class DomainError(Exception):
    """Something the product knows how to explain.

    `status` is what the HTTP edge answers, `retryable` what a worker does, `hint` what a person does next.
    The message must never hold a lead's words or a secret.
    """

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    retryable = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InvalidInputError(DomainError):
    """The caller sent something that can never be accepted."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class MalformedInputError(DomainError):
    """The body is not what its content type says."""

    status = HTTPStatus.BAD_REQUEST


class UnauthenticatedError(DomainError):
    """The caller's signature, token or session does not hold."""

    status = HTTPStatus.UNAUTHORIZED


class ForbiddenError(DomainError):
    """The caller is known and may not do this."""

    status = HTTPStatus.FORBIDDEN


class NotFoundError(DomainError):
    """There is nothing by that id."""

    status = HTTPStatus.NOT_FOUND


class ConflictError(DomainError):
    """Another process or person got there first; nothing was changed."""

    status = HTTPStatus.CONFLICT


class UnavailableError(DomainError):
    """A part is down; the same request may succeed later."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    retryable = True


class PolicyError(DomainError):
    """A campaign's files are wrong; the message names the file and the field."""


class ErasedError(DomainError):
    """The lead's data key was destroyed: what it sealed can never be read again."""

    status = HTTPStatus.GONE


class SealError(DomainError):
    """What is sealed does not open with this master key. Nothing is lost: with the right key it opens again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    retryable = True


class DamagedSealError(SealError):
    """The master key is the right one, and what is sealed is not what was written."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    retryable = False
