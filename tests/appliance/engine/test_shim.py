from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from appliance.engine_shim.vllm_cpu_seed import _without_unfinished_generators

SEED = 7


def _runner(*, discarded: list[bool]) -> Any:
    """What the plugin reads of vLLM's runner: one seeded CPU generator for each request of the batch."""
    generators = {index: torch.Generator().manual_seed(SEED) for index in range(len(discarded))}
    batch = SimpleNamespace(num_reqs=len(discarded), generators=generators)
    return SimpleNamespace(input_batch=batch, discard_request_mask=SimpleNamespace(np=np.array(discarded)))


def test_a_partly_read_prompt_keeps_its_generator_out_of_the_step() -> None:
    runner = _runner(discarded=[False, True])
    seen = _without_unfinished_generators(lambda r: sorted(r.input_batch.generators))(runner)
    assert seen == [0]
    assert sorted(runner.input_batch.generators) == [0, 1]


def test_its_generator_starts_again_from_the_seed() -> None:
    runner = _runner(discarded=[True])
    torch.rand(5, generator=runner.input_batch.generators[0])
    _without_unfinished_generators(lambda _: None)(runner)
    fresh = torch.Generator().manual_seed(SEED)
    assert torch.equal(torch.rand(3, generator=runner.input_batch.generators[0]), torch.rand(3, generator=fresh))


def test_the_generators_come_back_when_the_step_fails() -> None:
    runner = _runner(discarded=[True])

    def fail(_: Any) -> None:
        raise LookupError

    try:
        _without_unfinished_generators(fail)(runner)
    except LookupError:
        assert sorted(runner.input_batch.generators) == [0]
    else:
        raise AssertionError
