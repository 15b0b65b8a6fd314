"""What transformers says about a checkpoint: 128 greedy tokens after each of 20 prompts, in float32.

    python reference.py <checkpoint> <reference.json>
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

PROMPTS = [
    "The capital of South Korea is",
    "Explain in one paragraph why the sky is blue.",
    "def fibonacci(n):\n",
    "Once upon a time, in a small village by the sea,",
    "Rate the following answer from 1 to 10. Question: What is 2 + 2? Answer: 5.",
    "A good judge is impartial because",
    "List three uses of a paper clip.",
    "Water boils at",
    "The quick brown fox",
    "SELECT name, age FROM users WHERE",
    "In 1969, humans first",
    "안녕하세요, 오늘 날씨는",
    "To bake bread you need flour,",
    "The difference between a list and a tuple in Python is",
    "Dear Sir or Madam,",
    "Photosynthesis is the process by which",
    "1, 1, 2, 3, 5, 8, 13,",
    "The most important thing about writing tests is",
    "Translate to French: Good morning.",
    "Mount Everest is",
]

checkpoint, out = sys.argv[1:3]
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
model = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32, attn_implementation="eager").eval()
prompts = []
for index, text in enumerate(PROMPTS):
    if index % 2:  # every other prompt as a conversation
        text = tokenizer.apply_chat_template(
            [{"role": "user", "content": text}], tokenize=False, add_generation_prompt=True
        )
    prompts.append(tokenizer(text, add_special_tokens=False).input_ids)

# All prompts at once, padded on the left; not model.generate, which stops at an end token and applies what
# generation_config.json asks for.
longest = max(map(len, prompts))
step = torch.tensor([[0] * (longest - len(prompt)) + prompt for prompt in prompts])
mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts])
positions = (mask.cumsum(1) - 1).clamp(min=0)
texts, cache = [[] for _ in prompts], None
with torch.no_grad():
    for count in range(128):
        result = model(step, attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True)
        cache, step = result.past_key_values, result.logits[:, -1:].argmax(-1)
        for text, token in zip(texts, step[:, 0].tolist()):
            text.append(token)
        mask = torch.cat([mask, torch.ones_like(step)], dim=1)
        positions = positions[:, -1:] + 1
        print(f"{count + 1} of 128", flush=True)

    # Padding must not have mattered: each text alone says the same.
    for prompt, text in zip(prompts, texts):
        logits = model(torch.tensor([prompt + text[:-1]])).logits[0, len(prompt) - 1 :]
        assert logits.argmax(-1).tolist() == text, "padding changed the text"

cases = [{"prompt": prompt, "greedy": text} for prompt, text in zip(prompts, texts)]
json.dump({"cases": cases}, open(out, "w"))
