"""How the embedded engine is started: vLLM on the CPU, reachable on the loopback only, and unable to call anybody."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from appliance.child import ChildSpec
from appliance.engine.environment import engine_environment
from appliance.engine.model import DEFAULT_MODEL
from appliance.engine.processor import fastest_dtype, thread_binding
from appliance.setup_failure import SetupFailure

HOST = "127.0.0.1"
MAX_MODEL_TOKENS = 2048
MAX_SEQUENCES = 32
# vLLM reads whole GiB only; 1 GiB holds about 22,000 tokens of the default model in float32, as many as 24 leads use.
KV_CACHE_GIB = 1
# Measured 40 to 55 s on two free cores; the rest is for a machine that is busy with the first start.
READY_TIMEOUT_S = 420.0
STOP_GRACE_S = 8.0
PROBE_TIMEOUT_S = 2.0
# The application shares the cores with the engine: a webhook must be answered while the engine computes.
NICENESS = 5
# vLLM puts Unix sockets there: the system allows 107 bytes for a socket's whole path, and vLLM's names take 37.
LONGEST_SOCKET_FOLDER = 60
KEPT_VARIABLES = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
)
STRUCTURED_OUTPUTS = '{"backend":"xgrammar","disable_any_whitespace":true}'


@dataclass(frozen=True)
class EngineOptions:
    """What differs between engines; the defaults suit the model that ships with Leadkeep."""

    port: int
    model: str = DEFAULT_MODEL.name
    max_model_tokens: int = MAX_MODEL_TOKENS
    kv_cache_gib: int = KV_CACHE_GIB
    dtype: str = field(default_factory=fastest_dtype)
    cores: str = field(default_factory=thread_binding)

    @property
    def url(self) -> str:
        """Base URL of the OpenAI-compatible API."""
        return f"http://{HOST}:{self.port}/v1"


def engine_child(root: Path, var: Path, model_dir: Path, *, options: EngineOptions) -> ChildSpec:
    """Describe the vLLM process that serves `model_dir`, and clear what an earlier one left behind."""
    var = var.absolute()
    home = var / "run" / "engine"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = _empty_socket_folder(var)

    async def ready() -> bool:
        return await engine_is_ready(options.url, options.model)

    return ChildSpec(
        name="engine",
        argv=_argv(root, model_dir, options),
        env=_variables(home, temporary, options),
        ready=ready,
        ready_timeout_s=READY_TIMEOUT_S,
        log_path=var / "log" / "engine.log",
        stop_grace_s=STOP_GRACE_S,
        cwd=home,
    )


async def engine_is_ready(url: str, model: str, *, api_key: str = "") -> bool:
    """Tell whether the engine at base URL `url` is healthy and serves `model` to whoever has `api_key`.

    Any failure is a no, a refused key included.
    """
    root = url.removesuffix("/v1")
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        async with httpx.AsyncClient(timeout=PROBE_TIMEOUT_S, trust_env=False, headers=headers) as client:
            health = await client.get(f"{root}/health")
            models = await client.get(f"{root}/v1/models")
            return health.is_success and model in {entry["id"] for entry in models.json()["data"]}
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False


def _argv(root: Path, model_dir: Path, options: EngineOptions) -> tuple[str, ...]:
    nice = shutil.which("nice")
    python = engine_environment(root.absolute()).python
    serve = (str(python), str(python.with_name("vllm")), "serve", str(model_dir.absolute()))
    return (
        *((nice, "-n", str(NICENESS)) if nice else ()),
        *serve,
        *("--served-model-name", options.model),
        *("--host", HOST, "--port", str(options.port)),
        *("--dtype", options.dtype, "--max-model-len", str(options.max_model_tokens)),
        "--enforce-eager",  # compiling takes two minutes more and gains nothing at this size
        *("--max-num-seqs", str(MAX_SEQUENCES)),
        *("--scheduling-policy", "priority"),
        *("--structured-outputs-config", STRUCTURED_OUTPUTS),
        "--disable-uvicorn-access-log",  # a line a request, without end
    )


def _variables(home: Path, temporary: Path, options: EngineOptions) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    silent = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    processor = {"VLLM_CPU_KVCACHE_SPACE": str(options.kv_cache_gib), "VLLM_CPU_OMP_THREADS_BIND": options.cores}
    caches = {"HF_HOME": str(home / "huggingface"), "VLLM_CACHE_ROOT": str(home / "vllm"), "XDG_CACHE_HOME": str(home)}
    # --enforce-eager does not reach what vLLM itself marks for torch.compile: logprobs would need a C++ compiler
    eager = {"TORCH_COMPILE_DISABLE": "1"}
    places = {"HOME": str(home), "TMPDIR": str(temporary)}
    return kept | silent | eager | processor | caches | places | {"VLLM_LOGGING_COLOR": "0"}


def _empty_socket_folder(var: Path) -> Path:
    """Return the engine's own empty temporary folder: vLLM leaves its sockets and `vllm_dist_*` files behind."""
    folder = var / "run" / "engine" / "tmp"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        place = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"leadkeep-{os.getuid()}-{place}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        sentence = (
            f"{folder} belongs to somebody else or cannot be emptied: remove it, then run the same command again."
        )
        raise SetupFailure(sentence) from None
    return folder
