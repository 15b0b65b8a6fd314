"""The words the generated judge data is made of.

Two disjoint vocabularies: one for training, one for the held-out set. In training more
than half of all content words are invented syllable strings, because a judge this small
cannot know the world: it has to learn to *find and compare* words, whatever they are.
"""

import random

# Every syllable of the KS X 1001 repertoire: what ordinary Korean text needs.
SYLLABLES = [chr(c) for c in range(0xAC00, 0xD7A4) if len(chr(c).encode("euc-kr", "ignore")) == 2]

TRAIN = {
    "nouns": """사과 바다 산책 기차 도서관 우유 연필 책상 나무 구름 강물 시장 학교 병원 은행 공원 지하철 자전거
        비행기 카메라 냉장고 세탁기 화분 고양이 강아지 토끼 거북이 호랑이 참새 고래 김치 불고기 비빔밥 떡볶이
        수박 포도 딸기 감자 양파 마늘 설탕 소금 간장 커피 녹차 주스 신문 편지 우표 달력 시계 안경 모자 장갑
        양말 신발 우산 가방 지갑 열쇠 창문 지붕 계단 마당 골목 다리 터널 항구 등대 섬 호수 폭포 사막 들판
        농부 어부 화가 의사 간호사 교사 기자 판사 요리사 목수 가수 배우 감독 선수 군인 학생 노래 춤 그림 사진
        영화 연극 소설 시집 만화 축구 야구 농구 수영 등산 낚시 바둑 장기 씨름 태권도 온도 습도 압력 속도 무게
        전기 자석 원자 분자 세포 유전자 혈액 근육 신경 소화 호흡 광합성 증발 응결 침식 지진 화산 태풍 장마 가뭄
        경제 무역 물가 세금 예산 투자 저축 보험 대출 임금 헌법 법률 재판 선거 국회 외교 조약 인권 복지 교육
        알고리즘 변수 함수 배열 파일 서버 통신 암호 화면 키보드""".split(),
    "fields": """재배 관리 역사 구조 원리 방법 종류 특징 장점 단점 활용 보관 설계 분석 비교 예절 준비 계획 문화
        정책 효과 과정 기준 의미 가치 변화 전망 문제 안전 비용""".split(),
    "names": "민수 영희 철수 지영 수진 현우 서연 도윤 하준 예은 지호 유진 성민 미경 태호 은지".split(),
    "units": "원 개 명 점 권 마리 시간 분 km cm kg % 번 살 일 m".split(),
    "english": """apple river garden train library window bridge market engine forest camera teacher doctor
        farmer music painting soccer swimming travel winter summer history science energy water memory
        budget trade court election software network battery bicycle kitchen bread cheese coffee planet
        island harbor desert thunder rabbit whale violin theater novel letter""".split(),
}
HELD_OUT = {
    "nouns": """귤 두부 미역 젓가락 항아리 부채 한옥 온돌 장구 거문고 다람쥐 너구리 부엉이 두루미 오징어 문어
        갈대 단풍 소나무 진달래 버섯 콩나물 막걸리 식혜 약과 송편 윷놀이 널뛰기 팽이 썰매 스키 탁구 배구 양궁
        역도 펜싱 조각 도자기 서예 판소리 발레 뮤지컬 합창 피아노 하모니카 소방관 경찰 우체부 약사 변호사 건축가
        우주선 망원경 현미경 혜성 은하 행성 자기장 중력 마찰 관성 효소 단백질 비타민 면역 백신 항생제 퇴적 빙하
        해류 조류 환율 채권 주식 연금 관세 특허 상속 계약 판례 행정 지방자치 컴파일러 데이터베이스 브라우저 운영체제
        압축 반도체 배터리 태양광 풍력 수소""".split(),
    "fields": "개념 제작 유래 응용 유지 점검 사례 규칙 절차 영향".split(),
    "names": "나리 준서 가온 다은 시우 보라 한결 슬기".split(),
    "units": "송이 장 병 채 초 리터 톤 도".split(),
    "english": """lantern orchard glacier compass pottery satellite vaccine orchestra chimney walnut penguin
        meadow tunnel archery blanket cinnamon dolphin falcon harvest jigsaw""".split(),
}


def has_final(word):
    """Whether the last syllable ends in a consonant, which decides the particle."""
    code = ord(word[-1])
    if 0xAC00 <= code <= 0xD7A3:
        return (code - 0xAC00) % 28 != 0
    return word[-1] in "013678LMNRlmnr"


def josa(word, pair):
    """`josa("사과", "은는")` -> "사과는"."""
    return word + (pair[0] if has_final(word) else pair[1])


class World:
    """Draws words and values from one vocabulary with one random generator."""

    def __init__(self, rng: random.Random, words, invented=0.0):
        self.rng, self.words, self.invented = rng, words, invented

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, items):
        return self.rng.choice(items)

    def syllables(self, low, high):
        return "".join(self.pick(SYLLABLES) for _ in range(self.rng.randint(low, high)))

    def noun(self):
        return self.syllables(1, 4) if self.chance(self.invented) else self.pick(self.words["nouns"])

    def name(self):
        return self.syllables(2, 3) if self.chance(self.invented) else self.pick(self.words["names"])

    def unit(self):
        return self.syllables(1, 2) if self.chance(self.invented) else self.pick(self.words["units"])

    def topic(self):
        """What an open question is about: a word, a compound, or two or three words."""
        kind = self.rng.random()
        if kind < 0.4:
            return self.noun()
        field = self.syllables(2, 2) if self.chance(self.invented) else self.pick(self.words["fields"])
        if kind < 0.9:
            return f"{self.noun()}{' ' if self.chance(0.4) else ''}{field}"
        return f"{self.noun()} {self.noun()} {field}"

    def english(self):
        if not self.chance(self.invented):
            return self.pick(self.words["english"])
        parts = (self.pick("bcdfghklmnprstvwz") + self.pick("aeiou") for _ in range(self.rng.randint(2, 3)))
        return "".join(parts) + self.pick(["", "n", "r", "s", "t"])

    def english_topic(self):
        return self.english() if self.chance(0.5) else f"{self.english()} {self.english()}"

    def number(self):
        kind = self.rng.random()
        if kind < 0.35:
            return str(self.rng.randint(0, 99))
        if kind < 0.6:
            return str(self.rng.randint(100, 9999))
        if kind < 0.75:
            return f"{self.rng.randint(1, 999) * 1000:,}"
        if kind < 0.85:
            return f"{self.rng.randint(0, 99)}.{self.rng.randint(1, 99)}"
        if kind < 0.95:
            return f"{self.rng.randint(1, 35)}/{self.rng.randint(2, 99)}"
        return str(-self.rng.randint(1, 99))

    def value(self):
        """A short answer a reference can hold: mostly a number, sometimes a word."""
        kind = self.rng.random()
        if kind < 0.55:
            return self.number() + self.unit()
        if kind < 0.75:
            return self.number()
        return self.noun() if self.chance(0.7) else self.name()

    def other_value(self, value):
        """A wrong answer: often close to the right one, never equal to it."""
        while True:
            digits = [i for i, c in enumerate(value) if c.isdigit()]
            if self.chance(0.8):
                digits = digits[:2]  # mostly an error that changes the order of magnitude's digits
            if digits and self.chance(0.75):
                i = self.pick(digits)
                new = value[:i] + self.pick("123456789") + value[i + 1:]
                if self.chance(0.3):
                    j = self.pick(digits)
                    new = new[:j] + self.pick("123456789") + new[j + 1:]
            elif digits:
                tail = value.lstrip("-0123456789.,/")
                new = self.number() + tail
            else:
                new = self.noun() if self.chance(0.7) else self.name()
            if new != value:
                return new
