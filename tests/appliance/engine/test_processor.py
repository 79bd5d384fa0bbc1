"""The processor's fastest way: bfloat16 only where it is native, all cores where there are few."""

from pathlib import Path

import pytest

from appliance.engine.processor import fastest_dtype, thread_binding


@pytest.mark.parametrize(
    ("line", "dtype"),
    [
        ("flags\t\t: fpu avx2 fma", "float32"),
        ("flags\t\t: fpu avx2 avx512_bf16", "bfloat16"),
        ("flags\t\t: amx_bf16 amx_tile", "bfloat16"),
        ("Features\t: asimd bf16", "bfloat16"),
        ("model name\t: avx512_bf16 in a name", "float32"),
    ],
)
def test_bfloat16_is_chosen_only_where_the_processor_has_it(tmp_path: Path, line: str, dtype: str) -> None:
    cpu_info = tmp_path / "cpuinfo"
    cpu_info.write_text(f"processor\t: 0\n{line}\n")
    assert fastest_dtype(cpu_info) == dtype


def test_an_unknown_processor_gets_the_format_that_always_works(tmp_path: Path) -> None:
    assert fastest_dtype(tmp_path / "nothing") == "float32"


def test_few_cores_are_all_used_and_many_are_left_to_vllm() -> None:
    assert thread_binding(frozenset({3, 1})) == "1,3"
    assert thread_binding(frozenset(range(16))) == "auto"
