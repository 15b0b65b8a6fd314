"""Training batches: samples of like length together, positions with jumps, loss on judgments only."""

import random

import numpy as np
import torch

from judging import sample
from world import TRAIN, World

IGNORE = -100
# Few distinct shapes: on a CPU every new shape costs the matrix kernels seconds of set-up.
TOKENS = 768
WIDTHS = [96, 128, 192, 256, 384, 768]


def gapped_positions(rng, length, breaks, limit):
    """Positions of one sample, with jumps at section marks in the prompt.

    A jump makes the network see the distances of a prompt with thousands of tokens for the
    price of a short one; without it, rotary positions beyond the usual length stay untrained.
    """
    positions = np.arange(length)
    if rng.random() < 0.5 and breaks:
        for at in rng.sample(breaks, min(len(breaks), rng.randint(1, 3))):
            room = limit - 1 - int(positions[-1])
            positions[at:] += int(room ** rng.random()) if room > 1 else 0
    return positions


class Batches:
    def __init__(self, tokenizer, templates, seed, limit=4096):
        self.rng = random.Random(seed)
        self.world = World(self.rng, TRAIN, invented=0.55)
        self.tokenizer, self.templates, self.limit = tokenizer, templates, limit
        self.long = 0.0
        vocabulary = tokenizer.get_vocab()
        self.breaks = {i for token, i in vocabulary.items() if "\n" in token or token == "<|eot_id|>"}

    def encode(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def judged(self, long):
        prompt, judgment = sample(self.world, self.templates, long=long)
        head, tail = self.encode(prompt), self.encode(judgment)
        breaks = [i for i, token in enumerate(head) if token in self.breaks and i]
        positions = gapped_positions(self.rng, len(head) + len(tail), breaks, self.limit)
        return head + tail, len(head), positions

    def stream(self):
        """Endless batches; `long`, the share of long samples, may be changed while it runs."""
        waiting = {width: [] for width in WIDTHS}
        while True:
            row = self.judged(self.rng.random() < self.long)
            width = next((w for w in WIDTHS if w >= len(row[0])), None)
            if width is None:
                continue
            waiting[width].append(row)
            if len(waiting[width]) * width == TOKENS:
                yield self.tensors(waiting[width], width)
                waiting[width] = []

    def tensors(self, group, width):
        """`ids, positions, where, targets`: where the loss is taken, and the tokens wanted there."""
        ids = torch.zeros(len(group), width, dtype=torch.long)
        positions = torch.zeros(len(group), width, dtype=torch.long)
        where, targets = [], []
        for i, (row, start, spots) in enumerate(group):
            n = len(row)
            ids[i, :n] = torch.tensor(row)
            positions[i, :n] = torch.from_numpy(spots)
            where += range(i * width + start - 1, i * width + n - 1)
            targets += row[start:]
        spare = -len(where) % 128
        where += [0] * spare
        targets += [IGNORE] * spare
        return ids, positions, torch.tensor(where), torch.tensor(targets)
