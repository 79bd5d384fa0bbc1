"""A vLLM plugin, loaded inside the engine's own environment: keep a request's `seed` from ending the CPU engine.

vLLM 0.32.0 rewinds the random generator of a request whose prompt is only partly read by calling
`get_offset`/`set_offset`. A CPU generator has no offset: it raises "CPU Generator does not use offset",
the engine's core dies and the server with it.
"""

import functools
from collections.abc import Callable
from typing import Any


def register() -> None:
    """Replace the runner's bookkeeping step once; vLLM may load its plugins several times in one process."""
    from vllm.v1.worker.gpu_model_runner import GPUModelRunner

    bookkeeping = GPUModelRunner._bookkeeping_sync  # noqa: SLF001 - the step has no public name
    if not hasattr(bookkeeping, "__wrapped__"):
        GPUModelRunner._bookkeeping_sync = _without_unfinished_generators(bookkeeping)  # noqa: SLF001


def _without_unfinished_generators(bookkeeping: Callable[..., Any]) -> Callable[..., Any]:
    """Hide the generators of partly read prompts during the step: nothing was drawn that a later step will use.

    A partly read prompt discards its sample, so its generator starts again from its seed, which is what
    rewinding the offset means on a GPU.
    """

    @functools.wraps(bookkeeping)
    def step(runner: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - vLLM's own signature, passed on untouched
        hidden = _take_unfinished(runner)
        try:
            return bookkeeping(runner, *args, **kwargs)
        finally:
            runner.input_batch.generators.update(hidden)

    return step


def _take_unfinished(runner: Any) -> dict[int, Any]:  # noqa: ANN401 - GPUModelRunner is not importable outside the engine
    generators = runner.input_batch.generators
    discarded = runner.discard_request_mask.np[: runner.input_batch.num_reqs].nonzero()[0]
    hidden = {}
    for index in map(int, discarded):
        generator = generators.get(index)
        if generator is not None and generator.device.type == "cpu":
            hidden[index] = generators.pop(index)
            generator.manual_seed(generator.initial_seed())
    return hidden
