"""How this processor computes fastest: number format and cores. `bench/bench_engine_cpu.py` shows by how much."""

import os
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")
FEW_CORES = 4
"""Up to here vLLM's `auto`, which keeps a core for itself, costs more than sharing does."""
BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16", "bf16"})
"""x86's two extensions and Arm's: without one of them bfloat16 is emulated, and slower than float32."""


def fastest_dtype(cpu_info: Path = CPU_INFO) -> str:
    """Return vLLM's name of the format: `bfloat16` where the processor has instructions for it, else `float32`."""
    try:
        lines = cpu_info.read_text().splitlines()
    except OSError:
        return "float32"
    flags = {flag for line in lines if line.startswith(("flags", "Features")) for flag in line.split(":", 1)[1].split()}
    return "bfloat16" if flags & BFLOAT16_FLAGS else "float32"


def thread_binding(cores: frozenset[int] | None = None) -> str:
    """Return vLLM's CPU binding: every core that we may use where there are few, else vLLM's own choice."""
    allowed = sorted(cores if cores is not None else os.sched_getaffinity(0))
    return ",".join(map(str, allowed)) if len(allowed) <= FEW_CORES else "auto"
