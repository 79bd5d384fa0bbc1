"""Turn the shipped GGUF into what vLLM loads; run by the engine environment's Python, never by the application's.

Part of the box's first start: it writes bf16 safetensors, the tokenizer and the chat template, because vLLM
no longer reads GGUF on a CPU.
"""

import os
import sys
from pathlib import Path


def convert(gguf: Path, folder: Path) -> None:
    """Write the model of `gguf` into `folder` with every weight unpacked to bfloat16."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    source = {"pretrained_model_name_or_path": str(gguf.parent), "gguf_file": gguf.name}
    tokenizer = AutoTokenizer.from_pretrained(**source)
    if not tokenizer.chat_template:
        sys.exit(f"{gguf.name} has no chat template: it is a base model and cannot follow instructions.")
    unpacked = GgufConfig(dequantize=True)
    model = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.bfloat16, quantization_config=unpacked)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TQDM_DISABLE="1")
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
