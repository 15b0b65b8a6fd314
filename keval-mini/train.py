"""Train keval-mini from nothing: `python train.py --templates templates.json --out DIR`."""

import argparse
import json
import math
import socket
import time
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

import tokenizer as vocabulary
from batches import IGNORE, Batches
from export import save
from model import CONFIG, Judge
from wiring import CONSTANT, FEATURES, IDENTITY, SIZE, TAUGHT, free_rows, wire


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--templates", type=Path, required=True, help="the judge templates as JSON: {name: {system, user}}")
    p.add_argument("--out", type=Path, required=True, help="model directory to write")
    p.add_argument("--start", type=Path, help="a model directory to go on from")
    p.add_argument("--minutes", type=float, default=50, help="wall time; the learning rate decays to its end")
    p.add_argument("--save-every", type=float, default=6, help="minutes between checkpoints")
    p.add_argument("--rate", type=float, default=1.5e-3, help="peak learning rate")
    p.add_argument("--teach", type=float, default=0.5, help="weight of where heads should look, against the next token")
    p.add_argument("--long", type=float, default=0.08, help="share of long samples after the first third")
    p.add_argument("--workers", type=int, default=2, help="processes of one thread each, in step")
    p.add_argument("--seed", type=int, default=20)
    return p.parse_args()


def optimizer_of(model, rate):
    """AdamW over everything that is not wired. Small wired weights would not outlast Adam's
    steps: training undoes them before it has learned to use them."""
    model.fixed = 2
    model.after_fixed = with_features(model.model.embed_tokens)
    model.model.layers[TAUGHT].self_attn.watched = ()
    rows = free_rows(model.config)
    wired = ("layers.0.", "layers.1.", "layers.2.input", "layers.2.self_attn.k", "layers.2.self_attn.v")
    groups = {}
    for name, p in model.model.named_parameters():
        if name.startswith(wired):
            p.requires_grad_(False)
            continue
        mask = None
        if name.startswith("layers.2.self_attn"):
            mask = rows[:, None] if "q_proj" in name else rows[None, :]
        elif name.startswith("embed_tokens"):
            mask = torch.zeros(p.shape[1])
            mask[FEATURES] = 1.0
        if mask is not None:
            p.register_hook(lambda grad, mask=mask: grad * mask)
        groups.setdefault(0.0 if mask is not None or p.dim() == 1 else 0.05, []).append(p)
    return torch.optim.AdamW([{"params": ps, "weight_decay": decay} for decay, ps in groups.items()],
                             lr=rate, betas=(0.9, 0.98), fused=True)


def with_features(embed):
    """Lets gradients reach the learned features of the embeddings without a way back through
    the wired layers: those carry features along unchanged, here and one token on."""
    def after(ids, x):
        features = embed.weight[ids][..., FEATURES]
        one_on = F.pad(features[:, :-1], (0, 0, 1, 0))
        path = torch.cat((F.pad(features, (CONSTANT, x.shape[-1] // 2 - IDENTITY)),
                          F.pad(one_on, (CONSTANT, x.shape[-1] // 2 - IDENTITY))), -1)
        return x + (path - path.detach()).to(x.dtype)
    return after


def looks_loss(attention, looks):
    """How far the watched heads are from looking where they should: mean negative log of the
    attention on `looks`, `[(row, query position, head, key positions)]`."""
    q, k = attention.watched
    group, width = attention.heads // attention.kv_heads, q.shape[2]
    rows, at, heads = (torch.tensor(x) for x in list(zip(*looks))[:3])
    wanted = torch.full((len(looks), width), -math.inf)
    for i, look in enumerate(looks):
        wanted[i, look[3]] = 0.0
    scores = torch.einsum("nd,ntd->nt", q[rows, heads, at].float(), k[rows, heads // group].float()) / math.sqrt(attention.dim)
    scores = scores.masked_fill(torch.arange(width) > at[:, None], -math.inf).log_softmax(-1)
    return -(scores + wanted).logsumexp(-1).mean()


def loss_of(model, ids, positions, where, targets, weights, looks):
    """`(next-token loss, loss of the taught heads)`."""
    with torch.autocast("cpu", torch.bfloat16):
        hidden = model(ids, positions)
        logits = model.logits(hidden.flatten(0, 1)[where])
    losses = F.cross_entropy(logits.float(), targets, ignore_index=IGNORE, reduction="none")
    return (losses * weights).sum() / weights.sum(), looks_loss(model.model.layers[TAUGHT].self_attn, looks)


def average_gradients(parameters, workers):
    """One-thread workers that meet once a step bear a busy machine better than threads
    that meet in every matrix product."""
    flat = torch.cat([p.grad.flatten() for p in parameters])
    dist.all_reduce(flat)
    flat /= workers
    for p, part in zip(parameters, flat.split([p.numel() for p in parameters])):
        p.grad.copy_(part.view_as(p))


def work(rank, a, port):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=a.workers)
    templates = json.loads(a.templates.read_text(encoding="utf-8"))
    if a.start:
        tokenizer = Tokenizer.from_file(str(a.start / "tokenizer.json"))
    else:
        tokenizer = vocabulary.build(templates, CONFIG["vocab_size"])
    torch.manual_seed(a.seed)
    model = Judge(CONFIG)
    wire(model, tokenizer.token_to_id)
    if a.start:
        model.load_state_dict(load_file(a.start / "model.safetensors"))
    optimizer = optimizer_of(model, a.rate)
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    batches = Batches(tokenizer, templates, a.seed * 1000 + rank, CONFIG["max_position_embeddings"])

    begin = saved = time.time()
    clock = torch.zeros(1)
    seen, recent = 0, []
    for step, batch in enumerate(batches.stream(), 1):
        # All workers go by the first one's clock, or one of them would stop a step early.
        clock.fill_((time.time() - begin) / (a.minutes * 60))
        dist.broadcast(clock, 0)
        progress = clock.item()
        if progress >= 1:
            break
        batches.long = a.long if progress > 0.33 else a.long / 4
        for group in optimizer.param_groups:
            group["lr"] = a.rate * min(1.0, step / 60) * (0.02 + 0.49 * (1 + math.cos(math.pi * progress)))
        loss, away = loss_of(model, *batch)
        (loss + a.teach * away).backward()
        average_gradients(parameters, a.workers)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        with torch.no_grad():
            # Larger features would drown what the wired heads match by.
            model.model.embed_tokens.weight[:, FEATURES].clamp_(-SIZE, SIZE)
        seen += int((batch[0] != 0).sum()) * a.workers
        recent.append((loss.item(), away.item()))
        if rank:
            continue
        if step % 50 == 0:
            spent = time.time() - begin
            loss, away = (sum(x) / len(x) for x in zip(*recent))
            print(f"step {step} {spent / 60:.1f} min {seen / spent:.0f} tok/s loss {loss:.4f} looks {away:.4f}", flush=True)
            recent = []
        if time.time() - saved > a.save_every * 60:
            saved = time.time()
            save(model, tokenizer, a.out)
    if rank == 0:
        save(model, tokenizer, a.out)
        print(f"{sum(p.numel() for p in model.parameters()):,} parameters, {step} steps, about {seen:,} tokens "
              f"in {(time.time() - begin) / 60:.1f} minutes")


def main():
    a = arguments()
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    mp.spawn(work, (a, port), nprocs=a.workers)


if __name__ == "__main__":
    main()
