import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadTokenizer } from '../../model/tokenizer.ts'

/**
 * Text on which conversion watches which inputs of each matrix are large: what a judge of Korean reads and writes.
 * Short, because every token of it runs through the whole checkpoint; see docs/QUANTIZATION.md for what it buys.
 */
const text = `다음은 인공지능 어시스턴트의 답변을 평가하는 과제입니다. 질문에 대한 답변이 얼마나 유용하고, 적절하며, 정확하고, 자세한지 공정하게 판단해 주세요. 먼저 평가의 근거를 설명한 다음, 1점에서 10점 사이의 점수를 "[[점수]]" 형식으로 적으세요.

[질문]
이순신 장군이 활약한 임진왜란은 몇 년에 시작되었고, 그 배경은 무엇인가요?

[답변]
임진왜란은 1592년에 시작되었습니다. 도요토미 히데요시가 일본을 통일한 뒤 대륙 진출을 내세워 조선을 침략했습니다. Joseon was not prepared for the invasion, but Admiral Yi won every naval battle.

[평가]
답변은 전쟁이 시작된 해와 배경을 정확하게 설명합니다. 다만 조선의 국내 사정에 대한 설명이 부족하고, 마지막 문장이 영어로 쓰여 일관성이 떨어집니다. Rating: [[7]]

def average(values): return sum(values) / len(values)  # 3.14, 42, 2024-05-17`

/** Most tokens of it that are used. */
const mostTokens = 256

/** The text in the model's own tokens; nothing for a model without a tokenizer. */
export async function calibrationPrompts(
  directory: string,
  vocabularySize: number,
  contextLength: number,
): Promise<number[][]> {
  if (!existsSync(join(directory, 'tokenizer.json'))) return []
  const tokenizer = await loadTokenizer(directory)
  const tokens = tokenizer.encode(text).filter((token) => token < vocabularySize)
  return tokens.length === 0 ? [] : [tokens.slice(0, Math.min(mostTokens, contextLength))]
}

/** A few hundred tokens cannot show that a column never matters: each counts at least a tenth of the mean. */
export function smooth(sums: Float32Array): void {
  const floor = sums.reduce((sum, value) => sum + value, 0) / sums.length / 10
  for (let i = 0; i < sums.length; i++) sums[i]! += floor
}
