"""Questions and answers as plain text, in the languages the judge has to tell apart."""

from world import josa

KO_ASK = [
    "{t}에 대해 설명해 주세요.", "{t_i} 무엇인지 알려 주세요.", "{t}에 대해 자세히 알려 줄 수 있나요?",
    "{t_o} 소개하는 글을 작성하시오.", "{t_i} 왜 중요한가요?", "{t}의 핵심을 정리해 주세요.",
    "초보자에게 {t_o} 설명하십시오.", "다음 주제에 대해 답하세요: {t}", "{t_w} 관련된 내용을 알려 주세요.",
    "저는 {t_o} 처음 배우는 학생입니다. 쉽게 설명해 주시겠어요?", "{t}", "{t}에 대한 블로그 글을 써 주세요.",
]
KO_ASK_TWO = [
    "{t_w} {u}에 대해 설명해 주세요.", "{t}에 대해 설명해 주세요. 또한 {u}에 대해서도 알려 주세요.",
    "{t_w} {u}의 차이점을 설명하십시오.",
]
KO_GREET = ["", "", "", "네, 알려 드리겠습니다. ", "물론입니다! ", "좋은 질문입니다. ", "안녕하세요. "]
KO_OPEN = [
    "{t_s} 많은 사람이 관심을 두는 주제입니다.", "{t}에 대해 말씀드리면 다음과 같습니다.", "먼저 {t_o} 살펴보겠습니다.",
    "{t_s} 생활 속에서 쉽게 볼 수 있습니다.", "오늘날 {t}의 역할은 점점 커지고 있습니다.", "## {t}",
    "많은 전문가가 {t_o} 중요하게 생각합니다.", "{t_i} 중요한 이유는 여러 가지입니다.",
]
KO_PROMISE = ["{t}에 대해 설명드리겠습니다.", "{t}에 대해 알려 드리겠습니다.", "네, {t_o} 설명해 보겠습니다.", "{t}에 대한 답변입니다."]
KO_POINT = [
    "{a_s} {b_w} 깊은 관련이 있습니다.", "{a_o} 꾸준히 확인해야 합니다.", "{a}의 품질이 결과를 좌우합니다.",
    "처음에는 {a_o} 고르는 것이 좋습니다.", "{a_w} {b_o} 함께 사용하면 효과가 커집니다.", "이 과정에서 {a_i} 필요합니다.",
    "{a}에 따라 {b_i} 달라집니다.", "시간이 지나면 {a_s} 안정됩니다.", "{a_o} 줄이고 {b_o} 늘려야 합니다.",
]
KO_EXAMPLE = ["예를 들어 {a_o} 사용할 수 있습니다.", "예를 들면 {a_i} 있습니다.", "예시: {a_w} {b}"]
KO_SUMMARY = ["요약하면 꾸준한 노력이 필요합니다.", "결론적으로 균형이 중요합니다.", "정리하면 기본이 가장 중요합니다."]
KO_REFUSE = ["", "", "", " ", "\n", "모르겠습니다.", "죄송합니다. 답변할 수 없습니다.", "...", "잘 모르겠네요."]
KO_CLOSE = ["따라서 {v}입니다.", "정답은 {v}입니다.", "답은 {v}입니다.", "그러므로 결과는 {v}입니다.", "즉, {v}입니다.", "결과: {v}", "답: {v}", "총 {v}입니다."]
KO_STEP = ["먼저 {a}에 {b}를 더합니다.", "{a} + {b} = {c}", "{a} * {b} = {c}", "{a}에서 {b}를 뺍니다.", "1단계: {a} - {b} = {c}", "{x}의 값은 {a}입니다.", "{x}: {a} × {b} = {c}"]
KO_CHECK = ["검산해 보면 맞습니다.", "검산: 다시 계산해도 같습니다.", "검산 결과도 같습니다."]
KO_PROBLEM = [
    "{n_s} {x_o} {a}개 샀고 {y_o} {b}개 샀습니다. 모두 얼마입니까?", "{x} {a}개와 {y} {b}개를 합하면 얼마입니까?",
    "{n}에게 {x_i} {a}개 있습니다. {b}개를 주면 몇 개가 남습니까?", "{a} + {b}의 값을 구하세요.", "다음을 계산하시오: {a} × {b} - {c}",
    "{n}의 {x_s} 무엇입니까?", "f(x) = {a}x + {b}일 때 f({c})의 값을 찾아보세요.", "{x}의 확률은 얼마입니까?", "{n_i} 가장 좋아하는 {x_s} 무엇일까요?",
]
EN_ASK = ["Please explain {t}.", "What is {t}?", "Tell me about {t} in detail.", "Write a short blog post about {t}.", "Why is {t} important?"]
EN_OPEN = ["{t} is a topic many people care about.", "Let us look at {t} first.", "Here is what you should know about {t}.", "Today {t} plays a large role.", "## {t}"]
EN_POINT = ["The {a} is closely related to the {b}.", "You should check the {a} often.", "The {a} decides the result.", "It is better to use the {a} with the {b}."]
EN_EXAMPLE = ["For example, you can use the {a}."]
EN_SUMMARY = ["In summary, balance is important."]
EN_CLOSE = ["Therefore, the answer is {v}.", "The answer is {v}.", "So the result is {v}.", "Answer: {v}"]
EN_STEP = ["First, add {a} and {b}.", "{a} + {b} = {c}", "Then subtract {a} from {b}.", "The {x} costs {a}."]
EN_CHECK = ["Checking again gives the same result."]
EN_PROBLEM = ["How many {x} are there if {n} has {a} and buys {b} more?", "What is {a} + {b}?", "Find the value of {a}x + {b} when x = {c}.", "What is the {x} of {n}?"]
EN_REFUSE = ["", "", " ", "I do not know.", "Sorry, I cannot answer."]

# Common characters only give the texts a shape; the tokenizer sees both scripts as bytes.
HANZI = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处理世车价值任务方案步骤结论"
HIRAGANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをんがぎぐげござじずぜぞだでどばびぶべぼ"
KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワンガギグゲゴザジズゼゾダデドバビブベボー"


def fill(template, **words):
    """Fill `{a}`, or `{a_s}`, `{a_o}`, `{a_i}`, `{a_w}` for the word with its particle."""
    marked = {}
    for key, word in words.items():
        marked[key] = word
        for suffix, pair in (("s", "은는"), ("o", "을를"), ("i", "이가"), ("w", "과와")):
            marked[f"{key}_{suffix}"] = josa(word, pair)
    return template.format(**marked)


def korean_parts(w):
    return fill(w.pick(KO_POINT), a=w.noun(), b=w.noun())


def english_parts(w):
    return fill(w.pick(EN_POINT), a=w.english(), b=w.english())


def chinese(w, length, value=""):
    def run():
        return "".join(w.pick(HANZI) if w.chance(0.8) else chr(w.rng.randint(0x4E00, 0x9FA5)) for _ in range(w.rng.randint(3, 9)))
    text = "".join(run() + w.pick("，。、。") for _ in range(length)) + run()
    return text + (f"，答案是{value}。" if value else "。")


def japanese(w, length, value=""):
    def word():
        return "".join(w.pick(w.pick([KATAKANA, HANZI, HIRAGANA])) for _ in range(w.rng.randint(2, 4)))
    ends = ["です。", "ます。", "と思います。", "でしょう。", "あります。"]
    text = "".join(f"{word()}は{word()}{w.pick('をにのでが')}{word()}{w.pick(ends)}" for _ in range(length))
    return text + (f"答えは{value}です。" if value else "")


def foreign_latin(w, value=""):
    """English prose of a few sentences, with or without a value at its end."""
    text = " ".join(english_parts(w) for _ in range(w.rng.randint(1, 3)))
    return f"{text} {w.pick(EN_CLOSE).format(v=value)}" if value else text
