"""Cases as Ko-Bench-shaped prompts: the four templates, system message, chat format."""

import re

from cases import math_turn, open_turn

ASSISTANT = "당신은 도움이 되는 어시스턴트입니다."
# More misses than hits: where most answers hit, repeating the question's words looks like reading.
OPEN_KINDS = {"on_topic": 24, "partial": 7, "off_topic": 42, "empty": 6, "promise": 4, "language_mismatch": 17}
MATH_KINDS = {"right": 25, "wrong": 48, "partial": 7, "empty": 4, "off_topic": 3, "language_mismatch": 13}
TEMPLATES = {"single-v1": 40, "single-math-v1": 42, "single-v1-multi-turn": 9, "single-math-v1-multi-turn": 9}


def draw(w, weights):
    return w.rng.choices(list(weights), list(weights.values()))[0]


def case(w, template=None, kind=None, lang=None, long=False):
    """`(request, turn)`: the wire fields of a judgment and the turn that decides it."""
    template = template or draw(w, TEMPLATES)
    lang = lang or ("en" if w.chance(0.1) else "ko")
    math = "math" in template
    kinds, make = (MATH_KINDS, math_turn) if math else (OPEN_KINDS, open_turn)
    kind = kind or draw(w, kinds)
    if lang == "en" and kind in ("partial", "promise"):
        kind = "wrong" if math else "off_topic"
    if not template.endswith("multi-turn"):
        turn = make(w, kind, lang, long)
        request = {"template": template, "question": turn.question, "answer": turn.answer}
        if math:
            request["reference"] = turn.reference
        return request, turn
    first = make(w, draw(w, kinds), lang, False)
    turn = make(w, kind, lang, long) if math else make(w, kind, lang, long, avoid=first.topics)
    turns = []
    for one in (first, turn):
        turns.append({"question": one.question, "answer": one.answer})
        if math:
            turns[-1]["reference"] = one.reference
    turn.explanation = "두 번째 질문을 평가합니다. " + turn.explanation
    return {"template": template, "turns": turns}, turn


def render(templates, request):
    """`(system, user)`. One pass, so that braces inside a text stay what they are."""
    template = templates[request["template"]]
    values = {}
    if "turns" in request:
        for i, turn in enumerate(request["turns"], 1):
            values |= {f"question_{i}": turn["question"], f"answer_{i}": turn["answer"], f"ref_answer_{i}": turn.get("reference", "")}
    else:
        values = {"question": request["question"], "answer": request["answer"], "ref_answer_1": request.get("reference", "")}
    user = re.sub(r"\{(\w+)\}", lambda m: values.get(m[1], m[0]), template["user"])
    return template["system"], user


def chat(system, user):
    """The chat template of tokenizer_config.json, written out."""
    head = f"<|start_header_id|>system<|end_header_id|>\n\n{system}<|eot_id|>" if system else ""
    return (f"<|begin_of_text|>{head}<|start_header_id|>user<|end_header_id|>\n\n{user}<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n")


def sample(w, templates, **options):
    """A training pair of strings: the prompt, and the judgment up to its end mark."""
    request, turn = case(w, **options)
    system, user = render(templates, request)
    if not system and w.chance(0.3):
        system = ASSISTANT
    if w.chance(0.1):
        user += " "
    return chat(system, user), f"{turn.explanation}\n\nRating: [[{turn.rating}]]<|eot_id|>"
