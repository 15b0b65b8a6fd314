"""The circuits the network starts with: copying, comparing, and knowing one's place.

A judgment is little else, and the attention layers this needs take most of a short training
to form on their own. So the embeddings (but for their learned features), layers 0 and 1 and
part of the attention of layer 2 are set here and stay; all else is trained and learns to use
them.

The hidden state: 0..3 constant; 4..15 learned features of the token, such as whether it
announces a conclusion; 16..111 which token this is (together A); 112..115 which sections of
the prompt have begun, 116 whether the second turn has; 118..127 which token stands two before;
128..255 which token stands before it (B; also holds the comparison).

    layer 0  B := the token before; a tenth of the token two before
    layer 1  sections begun; B += (start of the reference's string) - (start of the answer's)
    layer 2  one head in four continues repeats; the others are free to search by the token
             before and by section, and bring back the token they find
"""

import math

import torch

from evidence import HEADS

SIZE = 0.06  # of an embedding entry
CONSTANT, IDENTITY, FLAGS, TURN, EARLIER = 4, 16, 112, 116, 118
FEATURES = slice(CONSTANT, IDENTITY)
TAUGHT = 3  # the layer whose heads are told where to look: evidence.py
START, REFERENCE_MARK, ANSWER_MARK = "<|begin_of_text|>", "『", "「"
# The reference has begun, it has ended, an answer has begun, it has ended.
SECOND_TURN = "\n\n### 사용자:\n"
SECTIONS = [
    ["\n\n[참조 답변의 시작]\n", "<|참조 답변의 시작|>\n"],
    ["\n[참조 답변의 끝]\n", "\n\n<|어시스턴트 A와 사용자의 대화 시작|>\n", "<|어시스턴트 A와 사용자의 대화 시작|>\n"],
    ["\n\n[어시스턴트 답변의 시작]\n", "\n[어시스턴트 답변의 시작]\n", "\n\n### 어시스턴트A:\n"],
    ["\n[어시스턴트 답변의 끝]", "\n\n<|어시스턴트 A와 사용자의 대화 끝|>"],
]


def free_rows(c):
    """The rows of layer 2's query projection (columns of its output) that training may change."""
    group = c["num_attention_heads"] // c["num_key_value_heads"]
    rows = torch.ones(c["num_key_value_heads"], group, c["head_dim"], dtype=torch.bool)
    rows[:, 0] = False
    return rows.flatten()


def distinct_spots(embed, count, marks):
    """Entries of A by which no other token looks much like one of `marks`."""
    best, least = None, float("inf")
    for _ in range(300):
        spots = torch.randperm(FLAGS - IDENTITY)[:count] + IDENTITY
        signs = embed[:, spots].sign()
        alike = signs @ signs[marks].T
        alike[marks, range(len(marks))] = 0
        # Soft maximum: a near miss weighs more than many far ones.
        score = alike.mul(1.5).logsumexp(0).max().item()
        if score < least:
            best, least = spots.tolist(), score
    return best


@torch.no_grad()
def wire(net, token_id):
    """`token_id` maps a token's text to its id."""
    c = net.config
    start, reference_mark, answer_mark = (token_id(t) for t in (START, REFERENCE_MARK, ANSWER_MARK))
    half, dim, kv_heads = c["hidden_size"] // 2, c["head_dim"], c["num_key_value_heads"]
    pairs, group = dim // 2, c["num_attention_heads"] // kv_heads
    # Signs, not normal draws: every token matches itself equally well, and 18 of them tell
    # any token from thousands of others.
    embed = net.model.embed_tokens.weight
    embed.copy_(torch.randn(embed.shape).sign() * SIZE)
    embed[:, :CONSTANT] = SIZE
    embed[:, FEATURES] = 0.0
    embed[:, FLAGS:] = 0.0
    net.model.norm.weight.fill_(2.5)
    for i, layer in enumerate(net.model.layers):
        layer.self_attn.o_proj.weight *= 0.0 if i < 3 else 0.1
        layer.mlp.down_proj.weight *= 0.0 if i < 2 else 0.1
    before, place, search, taught = (layer.self_attn for layer in net.model.layers[: TAUGHT + 1])
    for attention in (place, search):
        for part in (attention.q_proj, attention.k_proj, attention.v_proj):
            part.weight.zero_()

    def bring(attention, head, kv, target, gain):
        """The head moves slice `kv` of A, as it stands where it looks, to `target`."""
        for n in range(dim):
            attention.v_proj.weight[kv * dim + n] = 0.0
            attention.v_proj.weight[kv * dim + n, kv * dim + n] = 1.0
            attention.o_proj.weight[target + n, head * dim + n] = gain * SIZE

    def key(attention, kv, row, columns, weight):
        attention.k_proj.weight[kv * dim + row, columns] = weight

    def seek(attention, head, row, columns, weight):
        attention.q_proj.weight[head * dim + row, columns] = weight

    everywhere = slice(0, CONSTANT)
    for kv in range(kv_heads):
        head = kv * group
        # Layer 0: equal constant queries and keys, one or two steps of rotation apart, look one
        # or two tokens back.
        for i in range(4):
            angle = c["rope_theta"] ** (-i / pairs)
            for row in (i, i + pairs):
                before.k_proj.weight[kv * dim + row] = 0.0
                key(before, kv, row, everywhere, 10 / CONSTANT * (row == i))
                for steps in (1, 2):
                    before.q_proj.weight[(head + steps - 1) * dim + row] = 0.0
                    turn = math.cos(steps * angle) if row == i else -math.sin(steps * angle)
                    seek(before, head + steps - 1, row, everywhere, 10 / CONSTANT * turn)
        bring(before, head, kv, half + kv * dim, 0.71)

        # Layer 1: keys are the token before, so what matches is what follows. Only slow
        # rotations carry content; the slowest is for the prompt's first token, the place to
        # look at when nothing matches.
        slow, sink = [*range(pairs - 10, pairs - 1), *range(dim - 10, dim - 1)], pairs - 1
        section = [token_id(t) for t in SECTIONS[kv]]
        sought = [reference_mark, answer_mark, section[0]] + [token_id(SECOND_TURN)] * (kv == 0)
        spots = distinct_spots(embed, len(slow), sought)
        # The marks of one section look alike to its head.
        for spot in spots:
            embed[section, spot] = embed[section[0], spot]
        signs = embed[:, spots].sign()
        from_start = 10.2 * embed[start, IDENTITY:FLAGS].sign() / (FLAGS - IDENTITY)
        key(place, kv, sink, slice(IDENTITY, FLAGS), from_start)
        for i, spot in zip(slow, spots):
            key(place, kv, i, half + spot, 3.5)
        for which, mark in enumerate(sought):
            for i, sign in zip(slow, signs[mark]):
                seek(place, head + which, i, everywhere, 3.5 * sign / CONSTANT)
            # A found mark scores 40 to 45, other tokens up to 30; the start must come between.
            strength = 17.1 - 1.2 * (signs[start] @ signs[mark]).item()
            seek(place, head + which, sink, everywhere, strength / CONSTANT)
        bring(place, head, kv, half + kv * dim, 0.8)
        bring(place, head + 1, kv, half + kv * dim, -0.8)
        # A section has not begun while its head still looks at the start.
        slice_of_start = embed[start, kv * dim : (kv + 1) * dim].sign()
        slice_of_start[:CONSTANT] *= kv > 0
        slice_of_start *= 4 * SIZE / slice_of_start.abs().sum()
        place.o_proj.weight[FLAGS + kv, (head + 2) * dim : (head + 3) * dim] = slice_of_start
        if kv == 0:
            place.o_proj.weight[TURN, (head + 3) * dim : (head + 4) * dim] = slice_of_start

        # Layer 2: keys are the token before and the sections; the first head seeks its own token.
        slow, sink = [*range(pairs - 11, pairs - 3), *range(dim - 11, dim - 3)], pairs - 3
        for i, spot in zip(slow, (torch.randperm(FLAGS - IDENTITY) + IDENTITY).tolist()):
            key(search, kv, i, half + spot, 3.5)
            seek(search, head, i, spot, 3.5)
        key(search, kv, sink, slice(IDENTITY, FLAGS), from_start)
        seek(search, head, sink, everywhere, 10.5 / CONSTANT)
        for flag, row in enumerate((pairs - 2, pairs - 1, dim - 2, dim - 1)):
            key(search, kv, row, FLAGS + flag, 1.0)
        bring(search, head, kv, kv * dim, 4.0)
        for which in range(1, group):
            bring(search, head + which, kv, kv * dim, 2.0)
        # Where these look is learned; what they bring back is the token they find.
        for quoting in (HEADS["『"], HEADS["「"]):
            bring(taught, quoting[kv], kv, kv * dim, 3.0)
    # The last slice of the token two before; its first half are tokens' signs.
    earlier = slice(EARLIER, half)
    for n, row in enumerate(range(*earlier.indices(half))):
        before.o_proj.weight[row, ((kv_heads - 1) * group + 1) * dim + n] = 0.71 * SIZE
    # Squares of the difference in B: nonzero exactly where the two strings begin differently.
    for layer in net.model.layers[2:4]:
        width = c["intermediate_size"] // 4
        probe = torch.randn(width, half) * 0.15
        for weight in (layer.mlp.gate_proj.weight, layer.mlp.up_proj.weight):
            weight[:width] = 0.0
            weight[:width, half:] = probe
        layer.mlp.down_proj.weight[:, :width] = 0.0
