"""The tokenizer: byte-fallback BPE, fine where it matters and coarse where it does not.

Content stays fine: one token per Hangul syllable and per group of three digits, so that any
word, seen or not, is copied and compared in the same small steps. Whatever is the same in
every judgment is coarse: the literal text of the four judge templates is a few added
tokens, and the wording of explanations is merged. A prompt of 600 characters becomes some
sixty tokens. All other characters (Han, kana, emoji, ...) are their UTF-8 bytes.
"""

import json
import random
import re
from collections import Counter
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from judging import ASSISTANT, case
from world import SYLLABLES, TRAIN, World

SPECIAL = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|pad|>"]
EXTRA = "“”‘’·…→←↔×÷±≤≥≠≈√π°²³–—•●■□★「」『』《》〈〉㎡℃ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎㅏㅑㅓㅕㅗㅛㅜㅠㅡㅣ①②③④⑤"
# Blanks and punctuation belong to the finished word before them, never to the word after:
# content words are the same tokens wherever they stand, and what announces them ("결과: ",
# "좋은 질문입니다. ") is one token right before them.
LEARN = r"\d{1,3}|[가-힣]+|[A-Za-z]+|[^\S\n]+|\n|[^\s]"
PATTERN = r"\d{1,3}|[가-힣]+[:,.!]? ?|[A-Za-z]+[:,.!]? ?|[^\S\n]+|\n|[^\s\da-zA-Z가-힣] ?"
SHORT = ["답", "즉", "총"]  # announcing words of one syllable

MARKER = re.compile(r"(\n*(?:^\[[^\[\]\n]+\]$|^<\|[^|\n]+\|>$|^### [^\n]+:$)\n?)", re.M)

CHAT_TEMPLATE = (
    "{{- bos_token }}"
    "{%- for message in messages %}"
    "{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] + '<|eot_id|>' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}"
    "{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}"
    "{%- endif %}"
)


def phrases(templates):
    """The templates' literal pieces: section marks, and the instructions between them."""
    found = {ASSISTANT: None}
    for template in templates.values():
        for literal in re.split(r"\{\w+\}", template["system"]) + re.split(r"\{\w+\}", template["user"]):
            for piece in MARKER.split(literal):
                # Instructions lose their outer blanks, so a trimmed message reads the same.
                piece = piece if MARKER.fullmatch(piece) else piece.strip()
                if len(piece) > 3:
                    found[piece] = None
    return list(found)


def corpus():
    """What merges may come from: the fixed wording alone, with all content words cut out."""
    w = World(random.Random(7), TRAIN)
    words = sorted({x for group in TRAIN.values() for x in group}, key=len, reverse=True)
    content = re.compile("|".join(map(re.escape, words)) + r"|[\u4e00-\u9fff\u3040-\u30ff]+|\"[^\"]*\"")
    for _ in range(6000):
        request, turn = case(w)
        texts = [turn.explanation + "\n\nRating:", "system\n", "user\n", "assistant\n"]
        for one in request.get("turns", [request]):
            texts += [one["question"], one["answer"], one.get("reference") or ""]
        for text in texts:
            yield from (piece for piece in content.split(text) if piece.strip())


def build(templates, size):
    """A tokenizer of exactly `size` entries."""
    characters = [chr(c) for c in range(32, 127)] + ["\n", "\t"] + list(EXTRA) + SYLLABLES
    added = phrases(templates)
    room = size - len(SPECIAL) - 256 - len(added)
    draft = Tokenizer(models.BPE())
    draft.pre_tokenizer = pre_tokenizers.Split(Regex(LEARN), "isolated")
    draft.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=room - 1420, initial_alphabet=characters, min_frequency=10, show_progress=False, max_token_length=12))
    learned = json.loads(draft.to_str())["model"]

    known = set(characters)
    alphabet = [c for c in learned["vocab"] if len(c) == 1 and c in known]
    merges = [m for m in learned["merges"] if known.issuperset("".join(m))]
    # Numbers are cut into groups of three digits, and every group is one token.
    merges = [m for m in merges if not m[0].isdigit()]
    merges += [[a, b] for a in "0123456789" for b in "0123456789"]
    merges += [[f"{a:02}", b] for a in range(100) for b in "0123456789"]
    merges += [[b, f"{a:02}"] for a in range(100) for b in "0123456789"]
    words = ["".join(m) for m in merges]
    ends = Counter(x for text in corpus() for x in re.findall(r"([가-힣]+|[A-Za-z]{2,})([:,.!]? )", text))
    merges += [[x, " "] for x in ".,:?!)-#"]
    merges += [list(pair) for pair, _ in ends.most_common() if pair[0] in words + SHORT][:560]
    tokens = [f"<0x{b:02X}>" for b in range(256)] + alphabet + ["".join(m) for m in merges]
    tokens = list(dict.fromkeys(tokens))
    bpe = models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=[tuple(m) for m in merges],
                     byte_fallback=True, fuse_unk=False)
    tokenizer = Tokenizer(bpe)
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(PATTERN), "isolated")
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_tokens(added)
    spare = size - len(tokens) - len(added) - len(SPECIAL)
    tokenizer.add_special_tokens(SPECIAL + [f"<|reserved_{i}|>" for i in range(spare)])
    assert tokenizer.get_vocab_size() == size
    return tokenizer


def save(tokenizer, folder: Path):
    """tokenizer.json and tokenizer_config.json."""
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>",
        "pad_token": "<|pad|>", "add_bos_token": False, "add_eos_token": False, "clean_up_tokenization_spaces": False,
        "model_max_length": 4096, "chat_template": CHAT_TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
