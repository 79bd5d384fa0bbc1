"""The queue's contract, shared by those who enqueue and those who work: names, ids, JSON, connection.

Redis holds no truth: losing a job costs at most a second, until the sweeper finds the work in the database.
Arguments are ids only, because arq logs them.
"""

import json
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from arq.connections import ArqRedis, RedisSettings
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from models.queries.intake import JobKind

QUEUE_NAME = "leadkeep:queue"
FUNCTION_OF = {JobKind.LEAD: "advance", JobKind.EFFECT: "perform"}


def job_id(kind: JobKind, subject_id: UUID, token: int = 0) -> str:
    """Return the id that keeps one subject in the queue once.

    It carries the fencing token: a claim raises the token, so the mark that arq leaves of a killed worker's job
    (for the job's whole timeout) does not block the next one. Killed before its claim, it does (decision 0010).
    """
    return f"{kind}:{subject_id}:{token}"


def redis_settings(url: str) -> RedisSettings:
    """Return arq's connection settings for `redis://`, `rediss://` or `unix://`; a restart of Redis is survived."""
    settings = RedisSettings.from_dsn(url)
    settings.unix_socket_path = settings.unix_socket_path and unquote(settings.unix_socket_path)
    settings.password = settings.password and unquote(settings.password)
    settings.conn_timeout = 1
    settings.conn_retries = 1
    settings.conn_retry_delay = 1
    settings.retry_on_timeout = True
    settings.retry_on_error = [RedisConnectionError, RedisTimeoutError]
    return settings


def open_redis(url: str, *, answer_s: float) -> ArqRedis:
    """Describe the queue at `url`, which may be down now and come up later; every answer has its time limit.

    arq's own `create_pool` sets none, so that a Redis which stands still is waited for without end.
    """
    settings = redis_settings(url)
    return ArqRedis(
        host=settings.host,
        port=settings.port,
        db=settings.database,
        username=settings.username,
        password=settings.password,
        unix_socket_path=settings.unix_socket_path,
        ssl=settings.ssl,
        socket_connect_timeout=settings.conn_timeout,
        socket_timeout=answer_s,
        retry_on_error=settings.retry_on_error,
        job_serializer=serialize,
        job_deserializer=deserialize,
        default_queue_name=QUEUE_NAME,
    )


def serialize(job: dict[str, Any]) -> bytes:
    """Encode a job as JSON, where arq's default would be pickle; an error is kept as the name of its type."""
    return json.dumps(job, default=_name_of_error).encode()


def deserialize(raw: bytes) -> dict[str, Any]:
    """Decode a job."""
    job: dict[str, Any] = json.loads(raw)
    return job


def _name_of_error(value: object) -> str:
    return type(value).__name__
