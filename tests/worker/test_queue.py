"""The queue's contract: JSON, ids only, one job for each token, no mark of a killed worker in the way."""

from uuid import UUID

import pytest
from arq.connections import create_pool

from models.queries.intake import JobKind
from worker.queue import FUNCTION_OF, QUEUE_NAME, deserialize, job_id, redis_settings, serialize

LEAD = UUID(int=5)


def test_jobs_are_json_and_errors_only_a_name() -> None:
    assert deserialize(serialize({"a": [1, "x"]})) == {"a": [1, "x"]}
    assert deserialize(serialize({"r": ValueError("Marco Rossi")})) == {"r": "ValueError"}


def test_a_pickle_is_never_opened() -> None:
    with pytest.raises(ValueError, match=r"codec|Expecting|utf"):
        deserialize(b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\x8c\x01a\x94.")


async def test_the_same_subject_waits_once_for_each_token(redis_url: str) -> None:
    redis = await create_pool(redis_settings(redis_url), job_serializer=serialize, default_queue_name=QUEUE_NAME)
    name = FUNCTION_OF[JobKind.LEAD]
    jobs = [
        await redis.enqueue_job(name, str(LEAD), _job_id=job_id(JobKind.LEAD, LEAD, token)) for token in (0, 0, 1, 1)
    ]
    await redis.aclose()
    assert [job is not None for job in jobs] == [True, False, True, False]


def test_a_password_and_a_socket_path_are_read_as_they_were_meant() -> None:
    assert redis_settings("redis://:p%40ss@127.0.0.1:6379/0").password == "p@ss"
    assert redis_settings("unix:///srv/my%20box/valkey.sock").unix_socket_path == "/srv/my box/valkey.sock"
