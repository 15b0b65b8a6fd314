"""The circuits the network starts with: copying, comparing, and knowing one's place.

A judgment is little else, and the attention layers this needs take most of a short training
to form on their own. So the embeddings, layers 0 and 1 and part of the attention of layer 2
are set here and stay; all else is trained and learns to use them.

The hidden state: 0..15 constant, 16..111 which token this is (A), 112..127 which sections of
the prompt have begun, 128..255 which token stands before it (B; also holds the comparison).

    layer 0  B := the token before
    layer 1  sections begun; B += (start of the reference's string) - (start of the answer's)
    layer 2  one head in four continues repeats; the others are free to search by the token
             before and by section, and bring back the token they find
"""

import math

import torch

SIZE = 0.06  # of an embedding entry
CONSTANT, FLAGS = 16, 112
START, REFERENCE_MARK, ANSWER_MARK = "<|begin_of_text|>", "『", "「"
# The reference has begun, it has ended, an answer has begun, it has ended.
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
        spots = torch.randperm(FLAGS - CONSTANT)[:count] + CONSTANT
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
    embed[:, FLAGS:] = 0.0
    net.model.norm.weight.fill_(2.5)
    for i, layer in enumerate(net.model.layers):
        layer.self_attn.o_proj.weight *= 0.0 if i < 3 else 0.1
        layer.mlp.down_proj.weight *= 0.0 if i < 2 else 0.1
    before, place, search = (layer.self_attn for layer in net.model.layers[:3])
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
        # Layer 0: equal constant queries and keys, one step of rotation apart, look one token back.
        for i in range(4):
            angle = c["rope_theta"] ** (-i / pairs)
            for row, k, q in ((i, 1.0, math.cos(angle)), (i + pairs, 0.0, -math.sin(angle))):
                before.k_proj.weight[kv * dim + row] = 0.0
                before.q_proj.weight[head * dim + row] = 0.0
                key(before, kv, row, everywhere, 0.62 * k)
                seek(before, head, row, everywhere, 0.62 * q)
        bring(before, head, kv, half + kv * dim, 0.71)

        # Layer 1: keys are the token before, so what matches is what follows. Only slow
        # rotations carry content; the slowest is for the prompt's first token, the place to
        # look at when nothing matches.
        slow, sink = [*range(pairs - 10, pairs - 1), *range(dim - 10, dim - 1)], pairs - 1
        section = [token_id(t) for t in SECTIONS[kv]]
        sought = [reference_mark, answer_mark, section[0]]
        spots = distinct_spots(embed, len(slow), sought)
        # The marks of one section look alike to its head.
        for spot in spots:
            embed[section, spot] = embed[section[0], spot]
        signs = embed[:, spots].sign()
        from_start = 10.2 * embed[start, CONSTANT:FLAGS].sign() / (FLAGS - CONSTANT)
        key(place, kv, sink, slice(CONSTANT, FLAGS), from_start)
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
        columns = slice((head + 2) * dim, (head + 3) * dim)
        place.o_proj.weight[FLAGS + kv * 4 : FLAGS + kv * 4 + 4, columns] = 2 * SIZE * slice_of_start / slice_of_start.abs().sum()

        # Layer 2: keys are the token before and the sections; the first head seeks its own token.
        slow, sink = [*range(pairs - 11, pairs - 3), *range(dim - 11, dim - 3)], pairs - 3
        for i, spot in zip(slow, (torch.randperm(FLAGS - CONSTANT) + CONSTANT).tolist()):
            key(search, kv, i, half + spot, 3.5)
            seek(search, head, i, spot, 3.5)
        key(search, kv, sink, slice(CONSTANT, FLAGS), from_start)
        seek(search, head, sink, everywhere, 10.5 / CONSTANT)
        for flag, row in enumerate((pairs - 2, pairs - 1, dim - 2, dim - 1)):
            key(search, kv, row, slice(FLAGS + flag * 4, FLAGS + flag * 4 + 4), 0.5)
        bring(search, head, kv, kv * dim, 4.0)
        for which in range(1, group):
            bring(search, head + which, kv, kv * dim, 2.0)
    # Squares of the difference in B: nonzero exactly where the two strings begin differently.
    for layer in net.model.layers[2:4]:
        width = c["intermediate_size"] // 4
        probe = torch.randn(width, half) * 0.15
        for weight in (layer.mlp.gate_proj.weight, layer.mlp.up_proj.weight):
            weight[:width] = 0.0
            weight[:width, half:] = probe
        layer.mlp.down_proj.weight[:, :width] = 0.0
