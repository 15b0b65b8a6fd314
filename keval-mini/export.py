"""Writing a checkpoint as a Hugging Face model directory."""

import json
import os
import shutil
from pathlib import Path

from safetensors.torch import save_file

import tokenizer as vocabulary


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def save(model, tokenizer, folder: Path):
    """Write beside and rename, so that a reader never meets half a checkpoint."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    bos, eos, pad = (tokenizer.token_to_id(t) for t in ("<|begin_of_text|>", "<|eot_id|>", "<|pad|>"))
    ends = {"bos_token_id": bos, "eos_token_id": eos, "pad_token_id": pad}
    write_json(fresh / "config.json", model.config | ends)
    write_json(fresh / "generation_config.json", ends | {"do_sample": True, "temperature": 0.7, "max_new_tokens": 256})
    save_file(model.weights(), fresh / "model.safetensors", metadata={"format": "pt"})
    (fresh / "model.safetensors").chmod(0o644)
    vocabulary.save(tokenizer, fresh)
    if folder.exists():
        old = folder.with_name(folder.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        os.rename(folder, old)
        os.rename(fresh, folder)
        shutil.rmtree(old)
    else:
        os.rename(fresh, folder)
