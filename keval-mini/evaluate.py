"""Measure a model directory on heldout.jsonl, and on Ko-Bench's labelled inputs if given."""

import argparse
import json
import re
import time
from collections import defaultdict
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from judging import chat, render
from model import Judge


class Model:
    def __init__(self, folder: Path):
        self.config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.net = Judge(self.config).eval()
        self.net.load_state_dict(load_file(folder / "model.safetensors"))

    @torch.inference_mode()
    def judge(self, system, user, temperature=0.0, generator=None, limit=256):
        ids = self.tokenizer.encode(chat(system, user), add_special_tokens=False).ids
        past = [{} for _ in self.net.model.layers]
        out, feed = [], ids
        room = min(limit, self.config["max_position_embeddings"] - len(ids))
        while len(out) < room:
            at = len(ids) + len(out) - len(feed)
            hidden = self.net(torch.tensor([feed]), torch.arange(at, at + len(feed))[None], past)
            logits = self.net.logits(hidden[0, -1])
            if temperature:
                token = int(torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator))
            else:
                token = int(logits.argmax())
            if token == self.config["eos_token_id"]:
                break
            out.append(token)
            feed = [token]
        return self.tokenizer.decode(out, skip_special_tokens=True)


def rating_of(text):
    """The last well-formed `[[n]]`, as the gateway reads it."""
    found = [float(n) for n in re.findall(r"\[\[(\d{1,2}(?:\.\d)?)\]\]", text)]
    found = [n for n in found if n <= 10]
    return found[-1] if found else None


def share(hits):
    return f"{sum(hits)}/{len(hits)} = {sum(hits) / max(1, len(hits)):.1%}"


def held_out(model, templates, rows, temperature, verbose):
    generator = torch.Generator().manual_seed(1)
    checks, pairs, kinds = defaultdict(list), defaultdict(dict), defaultdict(list)
    begin = time.time()
    for row in rows:
        kind, template = row["expect"]["kind"], row["template"]
        text = model.judge(*render(templates, row), temperature, generator)
        rating = rating_of(text)
        checks["rating in the right format"].append(re.search(r"Rating: \[\[\d+\]\]$", text) is not None)
        value = -1 if rating is None else rating
        kinds[f"{template} {kind}"].append(value)
        good = True
        if kind == "language_mismatch":
            good = value == 0
            checks["language mismatch rated 0"].append(good)
        elif kind in ("right", "wrong"):
            good = value >= 7 if kind == "right" else 0 <= value <= 4
            checks[f"{template}: right >= 7, wrong <= 4"].append(good)
        elif "pair" in row["expect"]:
            pairs[row["expect"]["pair"]][kind == "on_topic"] = value
            good = (value >= 6) == (kind == "on_topic")
        elif template == "single-v1-multi-turn":
            good = (value >= 6) == (kind == "on_topic")
            checks["single-v1-multi-turn: on-topic >= 6, off-topic or empty < 6"].append(good)
        elif kind == "partial":
            good = 4 <= value <= 6
            checks["single-math-v1: partly right rated 4..6"].append(good)
        if verbose and not good:
            one = row.get("turns", [row])[-1]
            print(f"--- {template} {kind}\nQ: {one['question'][:200]}\nR: {one.get('reference', '')[-120:]}\nA: {one['answer'][:300]}\n=> {text}")
    for pair in (p for p in pairs.values() if len(p) == 2):
        checks["single-v1: on-topic above off-topic or empty"].append(pair[True] > pair[False])
    print(f"held-out, temperature {temperature}: {(time.time() - begin) / len(rows):.2f} s a judgment")
    for name, hits in checks.items():
        print(f"  {name}: {share(hits)}")
    for name, values in sorted(kinds.items()):
        print(f"  mean rating {sum(values) / len(values):4.1f} of {len(values):3} {name}")


def labelled(model, path, verbose):
    """Ko-Bench's published inputs: a point for the exact label, half for one off."""
    points, wrong, rated = 0.0, 0, []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for pair in row["pairs"]:
            text = model.judge(pair["prompt"], pair["input"])
            rating = rating_of(text)
            wrong += rating is None
            if rating is not None:
                points += {0: 1.0, 1: 0.5}.get(abs(rating - row["score"]), 0.0)
            rated.append((row["score"], rating))
            if verbose:
                print(f"--- label {row['score']}: {text}")
    print(f"{path.name}: diff score {points / len(rated):.1%}, {wrong} without a rating; (label, rating): {rated}")


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--model", type=Path, required=True)
    p.add_argument("--templates", type=Path, required=True)
    p.add_argument("--heldout", type=Path, default=Path(__file__).with_name("heldout.jsonl"))
    p.add_argument("--labelled", type=Path, help="a labelled Ko-Bench test set (JSONL)")
    p.add_argument("--temperature", type=float, default=0.0)
    p.add_argument("--every", type=int, default=1, help="measure only every n-th row")
    p.add_argument("--verbose", action="store_true", help="print judgments that miss")
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    templates = json.loads(a.templates.read_text(encoding="utf-8"))
    rows = [json.loads(line) for line in a.heldout.read_text(encoding="utf-8").splitlines()]
    model = Model(a.model)
    held_out(model, templates, rows[:: a.every], a.temperature, a.verbose)
    if a.labelled:
        labelled(model, a.labelled, a.verbose)


if __name__ == "__main__":
    main()
