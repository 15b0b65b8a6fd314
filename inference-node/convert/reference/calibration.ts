import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadTokenizer } from '../../model/tokenizer.ts'

/**
 * Text on which conversion watches which inputs of each matrix are large: what a judge of Korean reads and writes.
 * Short, because every token of it runs through the whole checkpoint; see docs/QUANTIZATION.md for what it buys.
 */
const text = `다음은 인공지능 어시스턴트의 답변을 평가하는 과제입니다. 답변이 유용하고 정확한지 판단해 주세요.

[Question]
Why did the invasion of Korea in 1592 begin, and how did Admiral Yi Sun-sin change the course of the war?

[Answer]
The war began when Toyotomi Hideyoshi, who had just unified Japan, decided to march through Joseon to reach Ming China. Joseon had enjoyed two centuries of peace and was not prepared: Busan fell within a day, and the capital within three weeks. At sea it was a different story. Yi had trained his crews, stocked grain and gunpowder, and built a small number of turtle ships with covered decks. He chose narrow channels with strong currents, where the larger fleet could not spread out, and he never lost a battle.

[평가]
답변은 전쟁의 배경을 정확하게 설명합니다. 다만 의병과 명나라의 참전을 다루지 않아 설명이 부족합니다. Rating: [[7]]

\`\`\`python
def average(values: list[float]) -> float:
    """Returns the mean, or 0.0 for an empty list."""
    total = sum(values)
    return total / len(values) if values else 0.0

print(average([3.5, 4, 8.25]))  # 5.25
\`\`\`

The function is correct and short. It handles the empty list, which many beginners forget, but the caller cannot tell a mean of zero from no data at all; raising a ValueError would be safer. I would give it an 8 out of 10.

1. 물은 100도에서 끓습니다.
2. Water expands by about 9% when it freezes, so ice floats.
3. If 3x + 5 = 20, then x = 5, and x^2 - 1 = 24.

{"question_id": 81, "category": "writing", "turns": ["Compose a travel blog post about Hawaii."], "score": 9.5}

Once the ferry left the harbour, the noise of the city was gone. "We should have come here years ago," she said, and for a while nobody answered. The island grew slowly out of the mist: first the lighthouse, then the white houses, then people waving from the pier. 아이들은 갈매기에게 과자를 던지며 웃었다.

| option | default | description |
|---|---|---|
| \`timeout\` | 30 | seconds to wait before the request fails |
| \`retries\` | 2 | how often a failed request is sent again |

To install the package, run \`npm install --save-dev example\`, then add the following lines to your configuration file. Note that settings given on the command line take precedence over those in the file, and that a missing file is not an error.

어시스턴트의 설명은 친절하지만 마지막 문장이 질문과 관계가 없습니다. 따라서 6점을 줍니다. 평가: [[6]]`

/** A second text: prose, instructions and talk, so that columns that the first leaves silent are heard too. */
const furtherText = `작은 도시의 도서관은 아침 아홉 시에 문을 연다. 사서는 먼저 창문을 열어 환기를 하고, 어젯밤에 반납된 책을 수레에 실어 서가로 옮긴다. 한 학생이 조심스럽게 다가와 물었다. "조선 시대의 과학 기술에 관한 책을 찾고 있는데요, 어디에서 볼 수 있을까요?" 사서는 웃으며 두 번째 서가를 가리켰다.

질문: 광합성이 무엇인지 중학생도 이해할 수 있게 설명해 주세요.
답변: 광합성은 식물이 햇빛을 이용해 물과 이산화탄소로 포도당과 산소를 만드는 과정입니다. 잎에 있는 엽록체가 이 일을 맡습니다. 예를 들어 어항 속 수초에 빛을 비추면 작은 공기 방울이 올라오는데, 이것이 산소입니다.
평가: 핵심 개념을 쉬운 말로 설명했고 예시도 적절합니다. 다만 밤에는 어떻게 되는지 언급하지 않았습니다. 점수: 8점

The committee met on Tuesday to review three proposals. The first would extend the tram line to the airport at a cost of 240 million; the second, cheaper by half, adds express buses. Nobody spoke for the third. "We are not choosing between transport and nothing," the chair reminded them, "we are choosing what to maintain for forty years." After two hours of questions the vote was postponed until the engineers had answered in writing.

경제 기사 요약: 지난달 소비자물가는 1년 전보다 2.3% 올랐다. 농산물 가격은 내렸지만 외식비와 전기 요금이 상승을 이끌었다. 전문가들은 하반기에 물가가 안정될 것으로 보면서도, 환율과 국제 유가를 변수로 꼽았다.

\`\`\`javascript
const groups = new Map()
for (const { user, score } of rows) {
  const known = groups.get(user) ?? { count: 0, sum: 0 }
  groups.set(user, { count: known.count + 1, sum: known.sum + score })
}
export const means = [...groups].map(([user, { count, sum }]) => [user, sum / count])
\`\`\`

[The Start of Assistant's Answer] To solve the equation 2x^2 - 8 = 0, divide both sides by 2 and add 4: x^2 = 4, hence x = 2 or x = -2. A common mistake is to give only the positive root. [The End of Assistant's Answer] The reasoning is complete, the notation is clear, and the remark about the negative root is helpful. I rate this answer 10.

사용자: 비행기를 놓쳤어요. 어떻게 해야 하나요?
상담원: 정말 당황하셨겠어요. 먼저 항공사 카운터에 가서 다음 편 좌석이 있는지 확인해 주세요. 환불 규정은 항공권 종류에 따라 다릅니다. 여행자 보험에 가입하셨다면 영수증을 꼭 보관하세요.

SELECT department, COUNT(*) AS people, AVG(salary) FROM employees WHERE left_on IS NULL GROUP BY department HAVING COUNT(*) > 5 ORDER BY people DESC;

재료: 두부 한 모, 대파 반 대, 간장 두 큰술, 참기름 약간. 두부는 물기를 빼고 한입 크기로 썬다. 팬에 기름을 두르고 앞뒤로 노릇하게 부친 뒤 양념장을 끼얹어 5분간 조린다. 짜지 않게 하려면 물을 조금 더한다.

Dear Ms Park, thank you for your letter of 3 March. We have checked the invoice and found that the discount was not applied; a corrected copy is attached. Please let us know if anything else is unclear. Kind regards, the billing team.

이 답변은 문법은 자연스럽지만 사실과 다릅니다. 지구에서 달까지의 평균 거리는 약 38만 4천 킬로미터인데 답변은 3만 8천 킬로미터라고 적었습니다. 따라서 정확성에서 크게 감점하여 3점을 줍니다. Rating: [[3]]`

/** Most tokens of each text that are used. */
const maxTokens = 1024

/**
 * Texts in the model's own tokens; nothing for a model without a tokenizer.
 *
 * @param count 1 or 2: which inputs are large one shows, how inputs vary together takes both
 */
export async function calibrationPrompts(
  directory: string,
  vocabularySize: number,
  contextLength: number,
  count: 1 | 2,
): Promise<number[][]> {
  if (!existsSync(join(directory, 'tokenizer.json'))) return []
  const tokenizer = await loadTokenizer(directory, vocabularySize)
  return [text, furtherText]
    .slice(0, count)
    .map((part) => tokenizer.encode(part).slice(0, Math.min(maxTokens, contextLength)))
    .filter((tokens) => tokens.length > 0)
}
