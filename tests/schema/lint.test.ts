import { describe, expect, it } from 'vitest'
import { lint } from '../../schema/judge/lint.ts'
import { languagesDiffer } from '../../schema/judge/script.ts'

const question = '두 수의 합을 구하는 파이썬 함수를 작성해 주세요.'
const code = '```python\ndef add(first, second):\n    return first + second\n```'

describe('lint', () => {
  it.each([
    ['code alone', code],
    ['code with a Korean sentence', `다음과 같습니다.\n${code}`],
    ['an English answer', 'The function takes two numbers and returns their sum.'],
    ['a Chinese answer', '这个函数接收两个数字并返回它们的和。'],
  ])('counts the languages of %s as the metric does', (_, answer) => {
    const codes = lint('single-v1', [{ question, answer }], 100, null).map((warning) => warning.code)
    expect(codes.includes('script_mismatch')).toBe(languagesDiffer(question, answer) === true)
  })

  it('does not warn of an answer that is all code', () => {
    expect(lint('single-v1', [{ question, answer: code }], 100, null)).toEqual([])
  })
})
