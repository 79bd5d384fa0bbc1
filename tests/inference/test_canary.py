"""An engine that ignores constraints is found out at the start, not by a score of 121."""

import pytest

from inference.engine import Engine
from inference.errors import EngineUnavailableError, EngineUnconstrainedError
from tests.fakes.engine import FakeEngine
from tests.fakes.wire import RESET


async def test_constrained_engine_passes(engine: Engine) -> None:
    await engine.prove_constraints()


@pytest.mark.parametrize(
    "ignoring",
    [
        '{"number": 777, "word": "purple", "code": "9-9-9"}',
        '{"number": 777, "word": "amber", "code": "ab ba"}',
        '{"number": 42, "word": "purple", "code": "ab ba"}',
        '{"number": 42, "word": "amber", "code": "9-9-9"}',
        "Sure! Here is the JSON.",
    ],
)
async def test_engine_that_ignores_one_kind_of_constraint_is_refused(
    engine: Engine, fake: FakeEngine, ignoring: str
) -> None:
    fake.answer = lambda _: ignoring
    with pytest.raises(EngineUnconstrainedError) as caught:
        await engine.prove_constraints()
    assert "xgrammar" in caught.value.hint


async def test_silent_engine_proves_nothing(engine: Engine, fake: FakeEngine) -> None:
    fake.fail(RESET)
    with pytest.raises(EngineUnavailableError) as caught:
        await engine.prove_constraints()
    assert not isinstance(caught.value, EngineUnconstrainedError)
