import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate, ModelDirectory } from '../model/directory.ts'
import { loadTokenizer } from '../model/tokenizer.ts'
import type { PromptRunner } from './prompt-runner.ts'

type Check = Certificate['checks'][number]

/** Length of the longest prompt: a judge's conversations of several turns have as many. */
export const longPromptTokens = 2048
/** Steps at the end of each prompt whose logits are looked at. */
const steps = 8

/** Sentences of the kinds that a judge reads: prose, figures, lists, code, old script, rare syllables. */
const sentences = [
  '대한민국의 수도는 서울이며, 조선 시대부터 육백 년 넘게 정치와 문화의 중심지였습니다.',
  '물은 1기압에서 섭씨 100도에 끓지만, 해발 고도가 높아지면 끓는점이 내려갑니다.',
  '첫째, 답변의 정확성을 확인합니다. 둘째, 질문의 의도에 맞는지 살핍니다. 셋째, 근거를 밝힙니다.',
  '나랏말싸미 듕귁에 달아 문자와로 서르 사맛디 아니할쎄 이런 전차로 어린 백셩이 니르고져 홀 배 이셔도',
  '뷁, 쀍, 꿹, 흟과 같은 글자도 완성형 밖의 음절이라 여러 조각으로 나뉩니다.',
  'def 평균(값들):\n    return sum(값들) / len(값들)  # 빈 목록이면 오류가 납니다',
  '금리가 0.25%p 오르면 3억 원 대출의 연 이자는 약 75만 원 늘어납니다(원리금 균등 상환, 30년).',
  '漢字와 한글을 섞어 쓰던 시절에는 “大韓民國 憲法 第一條”처럼 적었습니다.',
  '그는 웃으며 말했다. “괜찮아요, 정말 괜찮아요.” 그러나 그의 손은 떨리고 있었다. ㅠㅠ',
  '평가: 이 답변은 질문을 잘 이해했으나 두 번째 문단의 연도가 틀렸습니다. Rating: [[6]]',
]

/** Long Korean prompts in the model's tokens; made-up ones for a model without a tokenizer. */
export async function makeLongPrompts(
  { path, vocabularySize }: Pick<ModelDirectory, 'path' | 'vocabularySize'>,
  rowTokens: number,
): Promise<number[][]> {
  const longest = Math.min(longPromptTokens, rowTokens - steps)
  const lengths = [longest, Math.ceil(longest / 3)]
  const tokenizer = existsSync(join(path, 'tokenizer.json'))
    ? await loadTokenizer(path, vocabularySize)
    : null
  return lengths.map((length, variant) => {
    const tokens: number[] = []
    for (let turn = 0; tokens.length < length; turn++)
      tokens.push(
        ...(tokenizer
          ? tokenizer.encode(`${sentences[(turn * 7 + variant * 3) % sentences.length]}\n`)
          : [(turn * 7919 + variant * 13 + 1) % vocabularySize]),
      )
    return tokens.slice(0, length)
  })
}

/**
 * Activations stay finite over long prompts: the logits of the last steps, and all keys and values in the cache. Half
 * precision overflows first in the sums over long texts.
 */
export async function checkLongPrompts(runner: PromptRunner, prompts: readonly number[][]): Promise<Check> {
  const name = 'long prompts'
  const { runtime } = runner
  let isReadable = true
  for (const prompt of prompts) {
    await runner.fill(0, prompt)
    for (let index = 0; index < steps; index++) {
      const { logits } = await runner.step(0, prompt[index]!, prompt.length + index + 1)
      if (!logits.every(Number.isFinite))
        return { name, passed: false, detail: `logits behind ${prompt.length + index} tokens are not finite` }
    }
    for (let layer = 0; layer < runtime.layers; layer++)
      for (const part of ['key', 'value'] as const) {
        const values = runtime.readCache(layer, part, 0, prompt.length + steps)
        isReadable &&= values !== null
        if (values && !values.every(Number.isFinite))
          return {
            name,
            passed: false,
            detail: `${part}s of layer ${layer} are not finite within ${prompt.length + steps} tokens`,
          }
      }
  }
  const lengths = prompts.map(({ length }) => length).join(' and ')
  const subject = isReadable ? 'logits, keys and values' : 'logits'
  return { name, passed: true, detail: `${subject} of ${lengths} tokens are finite` }
}
