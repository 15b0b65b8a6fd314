"""Quantizes a Llama checkpoint of Hugging Face with llama.cpp's own quantizer, for comparison.

    pip install numpy torch safetensors gguf cyllama
    python llama_cpp_gguf.py <checkpoint> <out folder> [Q4_K_M Q8_0 ...] [--plain-vocabulary]

Writes one GGUF file per format beside `f16.gguf`. `--plain-vocabulary` leaves the embedding and the output matrix in
F16, so that files differ in their layers alone.
"""

import json
import sys
from pathlib import Path

import cyllama.llama.llama_cpp as llama_cpp
import gguf
import numpy as np
from safetensors.torch import load_file

FORMATS = {"Q4_0": 2, "Q8_0": 7, "Q4_K_S": 14, "Q4_K_M": 15, "Q5_K_M": 17, "Q6_K": 18}
F16 = 1
NAMES = {
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
OTHERS = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}

checkpoint, out, *formats = [word for word in sys.argv[1:] if not word.startswith("--")]
out = Path(out)
out.mkdir(parents=True, exist_ok=True)
config = json.loads((Path(checkpoint) / "config.json").read_text())
tokenizer = json.loads((Path(checkpoint) / "tokenizer.json").read_text())
heads, kv_heads, head_size = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
tokens = {id: token for token, id in tokenizer["model"]["vocab"].items()}
tokens.update({added["id"]: added["content"] for added in tokenizer.get("added_tokens", [])})
rope = config.get("rope_parameters") or {}

writer = gguf.GGUFWriter(str(out / "f16.gguf"), "llama")
writer.add_file_type(F16)
writer.add_block_count(config["num_hidden_layers"])
writer.add_context_length(config["max_position_embeddings"])
writer.add_embedding_length(config["hidden_size"])
writer.add_feed_forward_length(config["intermediate_size"])
writer.add_head_count(heads)
writer.add_head_count_kv(kv_heads)
writer.add_key_length(head_size)
writer.add_value_length(head_size)
writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
writer.add_rope_freq_base(rope.get("rope_theta", config.get("rope_theta", 10000.0)))
writer.add_vocab_size(config["vocab_size"])
writer.add_tokenizer_model("gpt2")
writer.add_token_list([tokens.get(id, f"[PAD{id}]") for id in range(config["vocab_size"])])
writer.add_token_types([1 if id in tokens else 5 for id in range(config["vocab_size"])])
writer.add_eos_token_id(config["eos_token_id"])


def paired(weights, count):
    """llama.cpp's order of the rows of queries and keys: those that are rotated together stand together."""
    return weights.reshape(count, 2, -1, weights.shape[1]).swapaxes(1, 2).reshape(weights.shape)


for file in sorted(Path(checkpoint).glob("*.safetensors")):
    for name, tensor in load_file(file).items():
        stem = name.removesuffix(".weight")
        weights = tensor.float().numpy()
        if stem.startswith("model.layers."):
            layer, part = stem.removeprefix("model.layers.").split(".", 1)
            target = f"blk.{layer}.{NAMES[part]}.weight"
            if part.endswith("q_proj"):
                weights = paired(weights, heads)
            if part.endswith("k_proj"):
                weights = paired(weights, kv_heads)
        else:
            target = f"{OTHERS[stem]}.weight"
        writer.add_tensor(target, weights.astype(np.float32 if weights.ndim == 1 else np.float16))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()

for name in formats or ["Q4_K_M"]:
    parameters = llama_cpp.LlamaModelQuantizeParams()
    parameters.ftype = FORMATS[name]
    parameters.nthread = 2
    if "--plain-vocabulary" in sys.argv:
        parameters.token_embedding_type = F16
        parameters.output_tensor_type = F16
    target = out / f"{name}.gguf"
    llama_cpp.model_quantize(str(out / "f16.gguf"), str(target), parameters)
    kinds = {}
    for tensor in gguf.GGUFReader(str(target)).tensors:
        kinds[tensor.tensor_type.name] = kinds.get(tensor.tensor_type.name, 0) + int(tensor.n_bytes)
    print(name, {kind: f"{count / 1e6:.1f} MB" for kind, count in kinds.items()})
