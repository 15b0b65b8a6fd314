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

/** Most tokens of it that are used. */
const maxTokens = 1024

/** The text in the model's own tokens; nothing for a model without a tokenizer. */
export async function calibrationPrompts(
  directory: string,
  vocabularySize: number,
  contextLength: number,
): Promise<number[][]> {
  if (!existsSync(join(directory, 'tokenizer.json'))) return []
  const tokenizer = await loadTokenizer(directory, vocabularySize)
  const tokens = tokenizer.encode(text)
  return tokens.length === 0 ? [] : [tokens.slice(0, Math.min(maxTokens, contextLength))]
}
