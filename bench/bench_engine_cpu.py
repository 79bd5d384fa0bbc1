"""The embedded engine as Leadkeep starts it against vLLM's usual CPU settings (bfloat16, one core kept free).

Both serve the same model, one after the other on the same machine, under the same load: eight requests at once with a
shared prefix of 600 tokens, their own 120 words, 60 tokens each. The first call of each engine is left out.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from appliance.engine.launch import EngineOptions, engine_child
from appliance.engine.preparation import prepare_engine
from appliance.engine.processor import fastest_dtype, thread_binding

ROOT = Path(__file__).parents[1]
WORDS = ["lead", "loan", "house", "class", "energy", "adviser", "plan", "price", "call", "week", "month", "home"]
SETTINGS = {"usual": ("bfloat16", "auto"), "ours": (fastest_dtype(), thread_binding())}
AT_ONCE, ROUNDS, NEW_TOKENS = 8, 3, 60


def main() -> int:
    model_dir = prepare_engine(ROOT, ROOT / "var", print)
    seconds = {}
    for port, (name, (dtype, cores)) in enumerate(SETTINGS.items(), start=8341):
        options = EngineOptions(port=port, dtype=dtype, cores=cores)
        seconds[name] = measure(model_dir, options)
        print(f"{name}: {dtype}, cores {cores}: {seconds[name]:.1f} s for {AT_ONCE} at once, best of {ROUNDS}")
    ratio = seconds["usual"] / seconds["ours"]
    print(f"bench-engine-cpu: usual_s={seconds['usual']:.1f} ours_s={seconds['ours']:.1f} ratio={ratio:.2f}")
    return 0


def measure(model_dir: Path, options: EngineOptions) -> float:
    with tempfile.TemporaryDirectory(prefix="lk-bench-") as home:
        child = engine_child(ROOT, Path(home), model_dir, options=options)
        child.log_path.parent.mkdir(parents=True, exist_ok=True)
        with child.log_path.open("wb") as log:
            process = subprocess.Popen(
                child.argv, env=dict(child.env), cwd=child.cwd, stdout=log, stderr=log, start_new_session=True
            )
        try:
            wait_until_ready(options, process)
            ask(options, 0)
            return min(round_of(options, number) for number in range(ROUNDS))
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def wait_until_ready(options: EngineOptions, process: subprocess.Popen) -> None:
    while True:
        try:
            if httpx.get(f"{options.url}/models", trust_env=False).is_success:
                return
        except httpx.HTTPError:
            if process.poll() is not None:
                sys.exit("the engine did not start")
        time.sleep(1)


def round_of(options: EngineOptions, number: int) -> float:
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda index: ask(options, 100 * number + index), range(AT_ONCE)))
    return time.monotonic() - began


def ask(options: EngineOptions, seed: int) -> None:
    chooser = random.Random(seed)
    shared, own = " ".join(WORDS * 45), " ".join(chooser.choices(WORDS, k=120))
    messages = [{"role": "system", "content": shared}, {"role": "user", "content": own}]
    body = {"model": options.model, "messages": messages, "max_tokens": NEW_TOKENS, "ignore_eos": True}
    httpx.post(f"{options.url}/chat/completions", json=body, timeout=600, trust_env=False).raise_for_status()


if __name__ == "__main__":
    sys.exit(main())
