"""Widens a Llama checkpoint whose hidden size is no multiple of 256 until it is one, without changing what it computes.

    pip install numpy torch safetensors
    python widen_checkpoint.py <checkpoint> <out>

llama.cpp's K-quants are for rows of whole blocks of 256, and no small checkpoint of such a width is to be had. A channel
x is split into x cos(a) and x sin(a), each in a place of its own among the others: sums of squares stay, and so does the
norm but for a factor, which its weights take. Heads are added the same way: a query head is doubled, and the columns of the
output that take it are split at random. Outlying channels stay what they are. What is not like a wide model: inputs
vary in as many directions as before, so an error can be made up for more easily.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

source, out = Path(sys.argv[1]), Path(sys.argv[2])
out.mkdir(parents=True)
config = json.loads((source / "config.json").read_text())
weights = {name: tensor.float() for name, tensor in load_file(source / "model.safetensors").items()}
generator = torch.Generator().manual_seed(1)
step = 256

hidden = config["hidden_size"]
wide = -(-hidden // step) * step
split = torch.randperm(hidden, generator=generator)[: wide - hidden]
angles = torch.pi / 8 + torch.pi / 4 * torch.rand(len(split), generator=generator)
channels = torch.cat([torch.arange(hidden), split])
factors = torch.ones(wide)
factors[split] = angles.cos()
factors[hidden:] = angles.sin()
places = torch.randperm(wide, generator=generator)
channels, factors = channels[places], factors[places]

heads, kv_heads, size = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
group = heads // kv_heads
wide_group = next(count for count in range(group, 2 * group + 1) if count * kv_heads * size % step == 0)


def widen_queries(rows):
    """Doubles the first heads of each group."""
    parts = rows.view(kv_heads, group, size, -1)
    return torch.cat([parts, parts[:, : wide_group - group]], 1).reshape(-1, rows.shape[1])


def widen_output(columns):
    """Splits the columns that take a doubled head."""
    parts = columns.view(-1, kv_heads, group, size).clone()
    count = wide_group - group
    share = torch.rand(parts[:, :, :count].shape, generator=generator)
    second = parts[:, :, :count] * (1 - share)
    parts[:, :, :count] *= share
    return torch.cat([parts, second], 2).reshape(columns.shape[0], -1)


result = {}
for name, tensor in weights.items():
    if tensor.dim() == 1:
        tensor = tensor[channels] * (hidden / wide) ** 0.5
    elif name.endswith(("o_proj.weight", "down_proj.weight")):
        if "o_proj" in name:
            tensor = widen_output(tensor)
        tensor = tensor[channels] * factors[:, None]
    else:
        tensor = tensor[:, channels] * factors
        if "q_proj" in name:
            tensor = widen_queries(tensor)
    result[name] = tensor.contiguous().to(torch.float16 if tensor.dim() == 2 else torch.float32)
save_file(result, out / "model.safetensors", {"format": "pt"})
config |= {
    "hidden_size": wide,
    "num_attention_heads": wide_group * kv_heads,
    "rms_norm_eps": config["rms_norm_eps"] * hidden / wide,
}
(out / "config.json").write_text(json.dumps(config, indent=2))
for file in ("tokenizer.json", "tokenizer_config.json", "generation_config.json", "chat_template.jinja"):
    if (source / file).exists():
        shutil.copy(source / file, out / file)
