"""Training batches: samples of like length together, positions with jumps, loss on judgments only."""

import random

import numpy as np
import torch

from evidence import evidence
from judging import sample
from world import SYLLABLES, TRAIN, World

IGNORE = -100
QUOTED = 3.0  # how much a token found elsewhere counts against one of the fixed wording
STUMBLES = 0.3  # share of samples in which a quotation goes wrong
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
        self.syllables = [vocabulary[syllable] for syllable in SYLLABLES]
        self.breaks = {i for token, i in vocabulary.items() if "\n" in token or token == "<|eot_id|>"}

    def judged(self, long):
        prompt, judgment, spans = sample(self.world, self.templates, long=long)
        head, tail = (self.tokenizer.encode(text, add_special_tokens=False) for text in (prompt, judgment))
        breaks = [i for i, token in enumerate(head.ids) if token in self.breaks and i]
        ids, wrong, looks = tail.ids, range(0), evidence(head, tail, prompt, spans)
        if self.rng.random() < STUMBLES:
            ids, wrong = self.stumble(head, tail)
            looks = [look for look in looks if not wrong or look[0] < len(head) + wrong.start]
        positions = gapped_positions(self.rng, len(head) + len(ids), breaks, self.limit)
        return head.ids + ids, len(head), positions, looks, {len(head) + at for at in wrong}

    def stumble(self, head, tail):
        """The judgment up to a quotation that goes wrong, and is closed right after.

        A network that has only seen right quotations repeats itself for ever once it has
        copied a wrong word. What goes wrong is one syllable, or a few tokens of the prompt said
        three times: never more often and never less, so that the likeliest token after the third
        time is the end, which a fixed chance of an end after any time would not make it. Answers
        `(ids, the wrong tokens' indices)`; what follows is cut off, because the conclusions
        would no longer be those of the quotations.
        """
        opens = [i for i, token in enumerate(tail.tokens) if token in ("『", "「")]
        if not opens:
            return tail.ids, range(0)
        opening = self.rng.choice(opens)
        close = next(j for j in range(opening, len(tail)) if tail.tokens[j] in ("』", "」"))
        wrong = self.rng.randint(opening + 1, max(opening + 1, close - 1))
        other = [self.rng.choice(self.syllables)]
        if self.rng.random() < 0.6:
            at = self.rng.randrange(len(head) - 8)
            other = head.ids[at : at + self.rng.choice([1, 1, 2, 2, 3, 4])] * 3
        return tail.ids[:wrong] + other + tail.ids[close : close + 2], range(wrong, wrong + len(other))

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
        """`ids, positions, where, targets, weights, looks`: where the loss is taken, the tokens
        wanted there and how much each counts, and where which head should look."""
        ids = torch.zeros(len(group), width, dtype=torch.long)
        positions = torch.zeros(len(group), width, dtype=torch.long)
        where, targets, weights, looks = [], [], [], []
        for i, (row, start, spots, found, wrong) in enumerate(group):
            n = len(row)
            ids[i, :n] = torch.tensor(row)
            positions[i, :n] = torch.from_numpy(spots)
            where += range(i * width + start - 1, i * width + n - 1)
            targets += [IGNORE if at in wrong else row[at] for at in range(start, n)]
            important = {at for at, _, _ in found}
            weights += [QUOTED if at in important else 1.0 for at in range(start - 1, n - 1)]
            looks += [(i, at, head, keys) for at, heads, keys in found for head in heads]
        spare = -len(where) % 128
        where += [0] * spare
        targets += [IGNORE] * spare
        weights += [0.0] * spare
        return ids, positions, torch.tensor(where), torch.tensor(targets), torch.tensor(weights), looks
