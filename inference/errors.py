"""What can go wrong between us and the engine; a stage reads `retryable` and nothing else."""

from http import HTTPStatus

from models.errors import DomainError, UnavailableError


class EngineUnavailableError(UnavailableError):
    """The engine does not answer, is overloaded, or does not serve the model: the lead waits and is tried again."""


class EngineUnconstrainedError(EngineUnavailableError):
    """The engine answers without holding to a schema: nothing may be asked of it until it is started rightly."""


class EngineAnswerError(DomainError):
    """The engine answered rubbish, twice: the lead goes to a person."""

    status = HTTPStatus.BAD_GATEWAY
