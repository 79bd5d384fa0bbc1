"""Describe the engine's environment: vLLM and nothing else, because its pins fight with the application's."""

from pathlib import Path

from appliance.environment import Environment, LocalProject

ENGINE_NEEDS_MB = 4000


def engine_environment(root: Path) -> Environment:
    """Describe `.venv-engine`, with the small `vllm` distribution that vLLM's CPU wheel needs beside it."""
    return Environment(
        folder=root / ".venv-engine",
        lock=root / "engine-cpu.lock",
        project=LocalProject(folder=root / "appliance" / "engine_shim", editable=False),
        needs_mb=ENGINE_NEEDS_MB,
    )
