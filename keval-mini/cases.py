"""One judging case: a request, what is true of it, and the judgment it deserves.

The explanation is a chain the network can follow step by step: name both languages, copy
what the question (or the reference) is about, copy what the answer says, compare the two
strings that now stand side by side, name the details, rate. Every rating is a function of
the facts named before it, so nothing has to be guessed.
"""

from dataclasses import dataclass, field

import writing as t
from writing import fill

LANGUAGES = {"ko": "한국어", "en": "영어", "zh": "중국어", "ja": "일본어", "ko+zh": "한국어와 중국어", "": "없음"}
NONE = "없음"


@dataclass
class Turn:
    kind: str
    question: str
    answer: str
    reference: str | None
    explanation: str
    rating: int
    topics: list = field(default_factory=list)


def languages(question, answer):
    return f"질문의 언어는 {LANGUAGES[question]}, 답변의 언어는 {LANGUAGES[answer]}입니다."


def same(left, right):
    return "같습니다" if left == right else "일부만 같습니다" if right and right in left else "다릅니다"


def has(flag):
    return "있습니다" if flag else "없습니다"


def noise(w, text, lang):
    """Things real texts carry that change nothing: code, foreign terms in brackets, emphasis."""
    if lang == "ko" and w.chance(0.08):
        inner = w.pick([w.english(), w.english().upper(), w.pick(t.HANZI) + w.pick(t.HANZI)])
        at = text.find(" ")
        text = f"{text[:at]}({inner}){text[at:]}" if at > 0 else text
    if w.chance(0.05):
        code = "\n".join(f"{w.english()} = {w.english()}({w.rng.randint(0, 9)})" for _ in range(w.rng.randint(1, 4)))
        text = f"{text}\n\n```python\n{code}\n```"
    return text


def prose(w, lang, long):
    count = w.rng.randint(3, 9) if long else w.pick([0, 0, 1, 1, 2])
    make = t.korean_parts if lang == "ko" else t.english_parts
    return [make(w) for _ in range(count)]


def listed(w, items):
    """Numbered, so that the number of points can be read off."""
    style = w.rng.random()
    gap = w.pick(["\n", "\n\n"])
    if style < 0.4:
        return gap.join(f"{i}. {s}" for i, s in enumerate(items, 1))
    if style < 0.7:
        return gap.join(f"{i}. **{w.noun()}**: {s}" for i, s in enumerate(items, 1))
    return gap.join(f"{i}) {s}" for i, s in enumerate(items, 1))


def open_answer(w, lang, topic, points, example, summary, long):
    ko = lang == "ko"
    start = w.pick(t.KO_GREET if ko else ["", "", "Sure. "])
    start += fill(w.pick(t.KO_OPEN if ko else t.EN_OPEN), t=topic)
    make = t.korean_parts if ko else t.english_parts
    noun = w.noun if ko else w.english
    items = [" ".join([make(w)] + (prose(w, lang, True) if long else [])) for _ in range(points)]
    parts = [" ".join([start] + prose(w, lang, False))]
    if points == 1:
        parts[0] += " " + items[0]
    elif points:
        parts.append(listed(w, items))
    if example:
        parts.append(fill(w.pick(t.KO_EXAMPLE if ko else t.EN_EXAMPLE), a=noun(), b=noun()))
    if summary:
        parts.append(w.pick(t.KO_SUMMARY if ko else t.EN_SUMMARY))
    return w.pick([" ", "\n", "\n\n"]).join(parts)


def foreign_answer(w, lang, value, topic):
    """An answer in another language than `lang`, sometimes quoting a word of the question."""
    if lang == "ko":
        other = w.pick(["en", "en", "en", "zh", "ja", "ko+zh"])
    else:
        other = w.pick(["ko", "ko", "ko", "zh", "ja"])
    n = w.rng.randint(1, 3)
    if other == "en":
        text = t.foreign_latin(w, value)
        if topic and w.chance(0.25):
            text = w.pick([f"About {topic}: {text}", f'{text} ("{topic}")'])
    elif other == "zh":
        text = t.chinese(w, n, value)
    elif other == "ja":
        text = t.japanese(w, n, value)
    elif other == "ko+zh":
        text = f"{t.korean_parts(w)} {t.chinese(w, w.rng.randint(0, 1))} " + (fill(w.pick(t.KO_CLOSE), v=value) if value else t.korean_parts(w))
    else:
        text = " ".join(t.korean_parts(w) for _ in range(n)) + (" " + fill(w.pick(t.KO_CLOSE), v=value) if value else "")
    return other, text


def open_turn(w, kind, lang="ko", long=False, avoid=()):
    """A question without a reference: does the answer speak of what was asked, and how well?"""
    draw = w.topic if lang == "ko" else w.english_topic
    topic, second = draw(), draw()
    two = kind == "partial" or (kind == "on_topic" and lang == "ko" and w.chance(0.12))
    two = two and lang == "ko"
    if two:
        question = fill(w.pick(t.KO_ASK_TWO), t=topic, u=second)
    else:
        question = fill(w.pick(t.KO_ASK if lang == "ko" else t.EN_ASK), t=topic)
    question = noise(w, question, lang)
    core = f"{topic}, {second}" if two else topic
    points, example, summary = w.pick([1, 1, 2, 3, 4, 5]), w.chance(0.4), w.chance(0.35)
    spoken, found = lang, core
    if kind == "language_mismatch":
        spoken, answer = foreign_answer(w, lang, "", topic)
        text = f"{languages(lang, spoken)} 언어가 다르므로 0점입니다."
        return Turn(kind, question, answer, None, text, 0, [topic])
    if kind == "empty":
        answer = w.pick(t.KO_REFUSE if lang == "ko" else t.EN_REFUSE)
        spoken, found, points = lang if answer.strip() else "", NONE, 0
    elif kind == "promise":
        answer, points = fill(w.pick(t.KO_PROMISE), t=topic), 0
        lang = spoken = "ko"
    elif kind == "off_topic":
        wrong = w.pick(avoid) if avoid and w.chance(0.5) else draw()
        answer, found = open_answer(w, lang, wrong, points, example, summary, long), wrong
    elif two and kind == "on_topic":
        answer = open_answer(w, lang, topic, points, example, summary, long)
        answer = w.pick([f"{topic}, {second}\n\n{answer}", f"{answer}\n\n{fill(w.pick(t.KO_OPEN), t=second)}"])
    else:
        answer = open_answer(w, lang, topic, points, example, summary, long)
        found = topic
    if kind in ("on_topic", "partial", "off_topic"):
        answer = noise(w, answer, lang)
    verdict = same(core, found)
    text = f"{languages(lang, spoken)} 질문의 핵심은 『{core}』입니다. 답변의 핵심은 「{found}」입니다. 두 핵심이 {verdict}."
    if verdict == "다릅니다":
        return Turn(kind, question, answer, None, f"{text} 질문과 관련이 없는 답변입니다.", 1, [topic])
    if not points:
        return Turn(kind, question, answer, None, f"{text} 설명한 점이 없습니다. 내용이 없는 답변입니다.", 1, [topic])
    text += f" 설명한 점은 {points}가지입니다. 예시가 {has(example)}. 요약이 {has(summary)}."
    if verdict == "같습니다":
        rating = 5 + min(points, 3) + example + summary
        word = "훌륭한" if rating > 8 else "좋은" if rating > 6 else "무난한"
    else:
        rating, word = 4 + (points > 2), "일부만 다룬"
    return Turn(kind, question, answer, None, f"{text} {word} 답변입니다.", rating, [topic])


def steps(w, lang, count):
    draw = {k: w.number for k in "abc"}
    noun = w.noun if lang == "ko" else w.english
    return [fill(w.pick(t.KO_STEP if lang == "ko" else t.EN_STEP), x=noun(), **{k: f() for k, f in draw.items()}) for _ in range(count)]


def solution(w, lang, value, worked, checked, long):
    """A solution whose conclusion is `value`, with or without its working."""
    ko = lang == "ko"
    close = fill(w.pick(t.KO_CLOSE if ko else t.EN_CLOSE), v=value)
    if not worked and w.chance(0.3):
        close = value
    lines = steps(w, lang, w.rng.randint(4, 14) if long else w.rng.randint(1, 3)) if worked else []
    lines = lines + [close] if w.chance(0.8) else [close] + lines
    if checked:
        lines.append(w.pick(t.KO_CHECK if ko else t.EN_CHECK))
    return w.pick([" ", "\n", "\n\n"]).join(lines)


def math_turn(w, kind, lang="ko", long=False):
    """A question with a reference: does the answer conclude what the reference concludes?"""
    noun = w.noun if lang == "ko" else w.english
    value = w.value() if lang == "ko" else w.number()
    two = kind == "partial" or w.chance(0.08)
    right = [value] + ([w.other_value(value)] if two else [])
    name = w.name() if lang == "ko" else w.english().capitalize()
    question = fill(w.pick(t.KO_PROBLEM if lang == "ko" else t.EN_PROBLEM), n=name, x=noun(), y=noun(),
                    a=w.number(), b=w.number(), c=w.number())
    question = noise(w, question, lang)
    core = ", ".join(right)
    reference = solution(w, lang, core, w.chance(0.6), False, long)
    worked, checked = w.chance(0.5), w.chance(0.2)
    spoken, found = lang, core
    if kind == "language_mismatch":
        spoken, answer = foreign_answer(w, lang, w.pick(["", value]), "")
        text = f"{languages(lang, spoken)} 언어가 다르므로 0점입니다."
        return Turn(kind, question, answer, reference, text, 0)
    if kind == "empty":
        answer, found = w.pick(t.KO_REFUSE if lang == "ko" else t.EN_REFUSE), NONE
        spoken = lang if answer.strip() else ""
    elif kind == "off_topic":
        answer, found = " ".join([(t.korean_parts if lang == "ko" else t.english_parts)(w) for _ in range(w.rng.randint(1, 4))]), NONE
    else:
        if kind == "wrong":
            found = ", ".join(w.other_value(v) for v in right) if lang == "ko" or two else w.other_value(value)
        elif kind == "partial":
            found = right[0]
        answer = noise(w, solution(w, lang, found, worked, checked, long), lang)
    verdict = same(core, found)
    text = f"{languages(lang, spoken)} 참조의 결론은 『{core}』입니다. 답변의 결론은 「{found}」입니다. 두 결론이 {verdict}."
    if found == NONE:
        return Turn(kind, question, answer, reference, f"{text} 결론이 없는 답변입니다.", 1)
    text += f" 풀이가 {has(worked)}. 검산이 {has(checked)}."
    rating, word = {"같습니다": (8 + worked + checked, "정확한"), "일부만 같습니다": (5 + worked, "일부만 맞은"),
                    "다릅니다": (2 + worked, "틀린")}[verdict]
    return Turn(kind, question, answer, reference, f"{text} {word} 답변입니다.", rating)
