"""Where the words of a judgment come from: what some attention heads are taught to look at.

The hard part of a judgment is to find the words to quote. Next-token loss alone says only
whether the right word came out; here training also learns where it stands, which a head
can be told directly.
"""

import re

LANGUAGE_OF = {"질문의": "question", "답변의": "answer"}
# Which heads of the taught layer look for what. One of each group for what is quoted: together
# they bring back the whole of a token (see wiring.py).
HEADS = {"『": (0, 4, 8, 12), "「": (1, 5, 9, 13), "question": (2, 6), "answer": (3, 7), "detail": (10, 14)}
# What in an answer shows that a detail is there; of the points' numbers, the last.
DETAILS = {
    "예시가": re.compile(r"예를 들|예시:|For example"), "요약이": re.compile(r"요약하면|결론적으로|정리하면|In summary"),
    "검산이": re.compile(r"검산|Checking"), "풀이가": re.compile(r"= |더합니다|뺍니다|값은|First, add|subtract|costs"),
    "점은": re.compile(r"^\d(?=[.)] )", re.M),
}
NONE = "없음"


def starts(head, prompt, span, text):
    """The tokens of the prompt's `span` at which `text` begins."""
    found, at = [], prompt.find(text, *span)
    while at >= 0:
        token = head.char_to_token(at)
        if token is not None and head.offsets[token][0] == at:
            found.append(token)
        at = prompt.find(text, at + 1, span[1])
    return found


def evidence(head, tail, prompt, spans):
    """`[(at, attention heads, tokens to look at)]` for the tokens of the judgment `tail`, with
    `at` counted from the prompt's first token and naming the token before the one found."""
    looks, tokens = [], tail.tokens
    for i, token in enumerate(tokens):
        if token.strip() in LANGUAGE_OF and tokens[i + 1].startswith("언어"):
            name = LANGUAGE_OF[token.strip()]
            first, end = (head.char_to_token(x) for x in spans[name])
            looks.append((len(head) + i + 1, HEADS[name], list(range(first, end)) or [0]))
        elif token in ("『", "「"):
            close = next(j for j in range(i, len(tokens)) if tokens[j] in ("』", "」"))
            section = "answer" if token == "「" else "reference" if "reference" in spans else "question"
            looks += quoted(head, tail, prompt, spans[section], i, close, HEADS[token])
        elif token.strip() in DETAILS and token != tokens[-1]:
            found = [head.char_to_token(m.start()) for m in DETAILS[token.strip()].finditer(prompt, *spans["answer"])]
            looks.append((len(head) + i, HEADS["detail"], (found[-1:] if token.strip() == "점은" else found) or [0]))
    return looks


def quoted(head, tail, prompt, span, opening, close, attention_heads):
    """Looks for the tokens between two quotation marks; several parts are quoted one by one."""
    text = "".join(tail.tokens[opening + 1 : close])
    if text == NONE:
        return [(len(head) + opening, attention_heads, [0])]
    looks, at = [], opening
    parts = [text] if prompt.find(text, *span) >= 0 else text.split(", ")
    for part in parts:
        here = starts(head, prompt, span, part)
        written = ""
        while here and written != part and at < close:
            looks.append((len(head) + at, attention_heads, here))
            at += 1
            written += tail.tokens[at]
            here = [token + 1 for token in here if head.ids[token] == tail.ids[at]]
        if here:
            looks.append((len(head) + at, attention_heads, here))
        while at < close and tail.tokens[at] != ", ":
            at += 1
    return looks
