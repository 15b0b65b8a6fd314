/**
 * Texts that a judge of Korean reads and writes, in order of use: questions and judgments; prose, instructions and talk;
 * documentation and reviews in English; Korean again, for tokenizers that take the second text for more than it holds.
 */
export const calibrationTexts: readonly string[] = [
  `다음은 인공지능 어시스턴트의 답변을 평가하는 과제입니다. 답변이 유용하고 정확한지 판단해 주세요.

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

어시스턴트의 설명은 친절하지만 마지막 문장이 질문과 관계가 없습니다. 따라서 6점을 줍니다. 평가: [[6]]`,
  `작은 도시의 도서관은 아침 아홉 시에 문을 연다. 사서는 먼저 창문을 열어 환기를 하고, 어젯밤에 반납된 책을 수레에 실어 서가로 옮긴다. 한 학생이 조심스럽게 다가와 물었다. "조선 시대의 과학 기술에 관한 책을 찾고 있는데요, 어디에서 볼 수 있을까요?" 사서는 웃으며 두 번째 서가를 가리켰다.

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

이 답변은 문법은 자연스럽지만 사실과 다릅니다. 지구에서 달까지의 평균 거리는 약 38만 4천 킬로미터인데 답변은 3만 8천 킬로미터라고 적었습니다. 따라서 정확성에서 크게 감점하여 3점을 줍니다. Rating: [[3]]`,
  `## Rate limits

Every key may send 60 requests a minute. A request beyond that is answered with status 429 and a \`Retry-After\` header, which says how many seconds to wait. Clients should not retry sooner: requests that were refused count as well. If your workload comes in bursts, use the batch endpoint, which accepts up to 1,000 items and returns an identifier that you can poll.

| field | type | required | meaning |
|---|---|---|---|
| \`model\` | string | yes | name of the model, as listed by \`GET /v1/models\` |
| \`temperature\` | number | no | between 0 and 2; the default is 0 |
| \`max_tokens\` | integer | no | upper bound on the length of the answer |

\`\`\`ts
import { createClient } from 'example'

const client = createClient({ apiKey: process.env.API_KEY, timeout: 30_000 })
const result = await client.evaluate({ question, answer })
if (!result.ok) console.error(\`failed: \${result.error.code}\`)
else console.log(result.rating)
\`\`\`

### \`image.resize(width, height, fit)\`

Scales an image to the given size in pixels. With \`fit: 'cover'\`, the default, the image fills the whole area and what protrudes is cut off; with \`'contain'\` it is shown in full and the rest is transparent. Enlarging beyond the original size is possible, but gives blurred edges. The method changes nothing in place: it returns a new image, so several sizes can be derived from one source. Animated images lose all frames except the first, unless the library was built with support for them.

### Migrating the database

Before you upgrade, make a backup and check that nobody else is connected. Each migration runs inside a transaction, so a failure leaves the schema as it was before. Columns are never dropped in the same release in which the code stops using them; this allows you to go back one version without losing data. Large tables are copied in the background, which may take several hours and roughly twice the disk space.

[System] Please act as an impartial judge and evaluate the quality of the response provided by an AI assistant to the user question displayed below. Consider helpfulness, relevance, accuracy, depth, creativity and level of detail. Begin with a short explanation, be as objective as possible, and then rate the response on a scale of 1 to 10.

The assistant's response is mostly accurate and easy to follow. It explains why interest compounds and gives a correct example: 1,000 dollars at 5% grow to 1,628.89 dollars in ten years. However, it ignores inflation and taxes, both of which matter for the decision the user has to make, and the closing paragraph repeats the introduction. Rating: [[7]]

User: My tomato plants have yellow leaves at the bottom. What am I doing wrong?
Assistant: Probably nothing serious. The lowest leaves often turn yellow when the plant moves nitrogen to new growth. Check three things: whether the soil stays wet for days, whether the leaves have dark spots, which would point to a fungus, and when you last used fertilizer. Remove the yellow leaves, water in the morning at the base of the plant, and feed it every two weeks.

The history of the lighthouse begins with a shipwreck. In the winter of 1811 a grain ship struck the reef within sight of the village, and the people on the shore could do nothing but watch. Within two years the first tower was built, thirty metres of granite hauled over the dunes by oxen. Its lamp burned whale oil, later kerosene, and since 1934 electricity. What has never changed is the rhythm: two flashes, a pause, and two more.

Proof. Suppose that the square root of 2 is rational, so that it can be written as p/q in lowest terms. Then p^2 = 2q^2, hence p is even, say p = 2k. Substituting gives 4k^2 = 2q^2, that is q^2 = 2k^2, so q is even as well. This contradicts the assumption that p and q have no common factor.

Changes in version 3.2.0: the parser no longer accepts trailing commas; \`close()\` returns a promise that resolves after all pending writes are flushed; fixed a memory leak when a stream was destroyed before it was opened; deprecated the \`encoding\` argument, which will be removed in the next major release.`,
  `아래 두 답변 가운데 어느 쪽이 사용자의 질문에 더 잘 답했는지 비교하고, 그 이유를 간단히 설명한 뒤 각각 1점에서 10점 사이의 점수를 매겨 주세요.

비 오는 날이면 골목 끝 국숫집에 손님이 몰린다. 주인은 멸치와 다시마로 밤새 육수를 내고, 면은 주문을 받은 뒤에야 삶는다. 단골들은 말없이 젓가락을 들고 창밖을 본다.

답변 A는 기한과 절차를 순서대로 안내해 바로 따라 할 수 있습니다. 답변 B는 배경 설명이 길고 정작 필요한 서류를 빠뜨렸습니다. 두 답변 모두 공손하지만, 정확성과 유용성에서 A가 앞섭니다. A: 8점, B: 5점.

세종대왕은 1443년에 훈민정음을 만들고 1446년에 반포했다. 글자의 모양은 소리를 내는 기관을 본떴으며, 모음은 하늘과 땅과 사람을 나타낸다. 덕분에 백성 누구나 며칠이면 글을 읽게 되었다.

1. 컴퓨터를 끄고 전원 선을 뽑습니다. 2. 덮개를 열고 먼지를 털어 냅니다. 3. 새 메모리를 홈에 맞추어 끼웁니다. 그래도 켜지지 않으면 서비스 센터에 문의하시기 바랍니다.

"왜 이제야 말하는 거야?" 누나가 물었다. 나는 대답 대신 고개를 숙였다. 시험에 떨어졌다는 사실보다, 그 사실을 숨긴 석 달이 더 부끄러웠다.`,
]
