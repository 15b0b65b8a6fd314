"""Cases as Ko-Bench-shaped prompts: the four templates, system message, chat format."""

import re

from cases import math_turn, open_turn

ASSISTANT = "당신은 도움이 되는 어시스턴트입니다."
# More misses than hits: where most answers hit, repeating the question's words looks like reading.
OPEN_KINDS = {"on_topic": 30, "partial": 7, "off_topic": 36, "empty": 6, "promise": 4, "language_mismatch": 20}
MATH_KINDS = {"right": 32, "wrong": 41, "partial": 7, "empty": 4, "off_topic": 3, "language_mismatch": 18}
TEMPLATES = {"single-v1": 24, "single-math-v1": 44, "single-v1-multi-turn": 16, "single-math-v1-multi-turn": 16}


def draw(w, weights):
    return w.rng.choices(list(weights), list(weights.values()))[0]


def case(w, template=None, kind=None, lang=None, long=False):
    """`(request, turn)`: the wire fields of a judgment and the turn that decides it."""
    template = template or draw(w, TEMPLATES)
    lang = lang or ("en" if w.chance(0.15) else "ko")
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
    """`(system, user)` of a judgment's wire fields."""
    system, user, _ = render_spans(templates, request)
    return system, user


def render_spans(templates, request):
    """`(system, user, spans)`: spans are where in `user` each field last stands, as
    `{field: (begin, end)}`. One pass, so that braces inside a text stay what they are."""
    template = templates[request["template"]]
    values = {}
    if "turns" in request:
        for i, turn in enumerate(request["turns"], 1):
            values |= {f"question_{i}": turn["question"], f"answer_{i}": turn["answer"], f"ref_answer_{i}": turn.get("reference", "")}
    else:
        values = {"question": request["question"], "answer": request["answer"], "ref_answer_1": request.get("reference", "")}
    user, spans = "", {}
    for i, piece in enumerate(re.split(r"\{(\w+)\}", template["user"])):
        text = values.get(piece, f"{{{piece}}}") if i % 2 else piece
        if i % 2:
            spans[piece] = (len(user), len(user) + len(text))
        user += text
    return template["system"], user, spans


def chat(system, user):
    """The chat template of tokenizer_config.json, written out."""
    head = f"<|start_header_id|>system<|end_header_id|>\n\n{system}<|eot_id|>" if system else ""
    return (f"<|begin_of_text|>{head}<|start_header_id|>user<|end_header_id|>\n\n{user}<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n")


def sample(w, templates, **options):
    """A training pair of strings, and where the judged texts stand in the first: the prompt,
    the judgment up to its end mark, `{"question" | "reference" | "answer": (begin, end)}`."""
    request, turn = case(w, **options)
    system, user, spans = render_spans(templates, request)
    if not system and w.chance(0.3):
        system = ASSISTANT
    if w.chance(0.1):
        user += " "
    prompt = chat(system, user)
    at = prompt.rindex(user)
    last = "_2" if "turns" in request else ""
    fields = {"question": f"question{last}", "answer": f"answer{last}", "reference": f"ref_answer{last or '_1'}"}
    judged = {name: tuple(at + x for x in spans[field]) for name, field in fields.items() if field in spans}
    return prompt, f"{turn.explanation}\n\nRating: [[{turn.rating}]]<|eot_id|>", judged
