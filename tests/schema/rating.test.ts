import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explanationOf, parseRating, parseSimpleKevalRating } from '../../schema/judge/rating.ts'
import { publishedJudgments, whenPublished } from '../published-data.ts'

describe('parseRating', () => {
  it.each([
    ['Rating: [[7]]', 7],
    ['평가: [[0]]', 0],
    ['요약: [[10]]', 10],
    ['Rating: [[8.5]] 이상입니다.', 8.5],
    ['형식은 "Rating: [[5]]"입니다. 제 평가는 Rating: [[3]]', 3],
    ['[[9]]', 9],
    ['Rating: [[10.0]]', 10],
  ])('reads %j', (text, rating) => {
    expect(parseRating(text)).toEqual({ rating, rule: 'double-bracket' })
  })

  it.each([
    ['설명.\nRating: [7]', 7],
    ['설명.\n**평가:** [0]', 0],
    ['설명.\n점수：[8]', 8],
    ['설명.\n점수: [8.5]\n', 8.5],
  ])('reads a labelled single bracket on the last line of %j', (text, rating) => {
    expect(parseRating(text)).toEqual({ rating, rule: 'labelled-bracket' })
  })

  it.each([
    '',
    'Rating: [[rating]]',
    'Rating: [[11]]',
    'Rating: [[-1]]',
    'Rating: [[7.25]]',
    'Rating: [[10.5]]',
    'print(nums[0])',
    'Rating: [7]\n그리고 nums[3]을 반환합니다.',
    'Rating: 7',
  ])('finds none in %j', (text) => {
    expect(parseRating(text)).toBeNull()
  })

  it('reads back every rating there is, whatever text stands before it', () => {
    const rating = fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10)
    fc.assert(
      fc.property(fc.string(), rating, (before, value) => {
        expect(parseRating(`${before}\nRating: [[${value}]]`)?.rating).toBe(value)
      }),
    )
  })
})

describe('parseSimpleKevalRating', () => {
  it('takes the first, as the published run did', () => {
    expect(parseSimpleKevalRating('Rating: [[5]] 또는 [[3]]')?.rating).toBe(5)
    expect(parseSimpleKevalRating('nums[0]')).toEqual({ rating: 0, rule: 'first-bracket' })
    expect(parseSimpleKevalRating('없음')).toBeNull()
    expect(parseSimpleKevalRating('Rating: [[11]]')).toBeNull()
  })
})

describe('explanationOf', () => {
  it('is the text before the rating, without its label', () => {
    expect(explanationOf('좋은 답변입니다.\n\nRating: [[9]]')).toBe('좋은 답변입니다.')
    expect(explanationOf('좋은 답변입니다. **평가:** [[9]]')).toBe('좋은 답변입니다.')
    expect(explanationOf('좋은 답변입니다. 점수：[[9]]')).toBe('좋은 답변입니다.')
    expect(explanationOf('좋은 답변입니다.\n**Rating** : **" [[9]]')).toBe('좋은 답변입니다.')
    expect(explanationOf('좋은 답변입니다: [[9]]')).toBe('좋은 답변입니다:')
    expect(explanationOf('끝나지 않은 설명\n')).toBe('끝나지 않은 설명')
  })
})

describe('what a judge copies', () => {
  it.each([
    ['blanks after the word of a label', `rating${' '.repeat(20_000)}x [[5]]`],
    ['blanks alone', `${' '.repeat(200_000)}x [[5]]`],
    ['blanks on the last line', `[rating${' '.repeat(200_000)}x`],
    ['stars', `rating${'* '.repeat(100_000)}x [[5]]`],
    ['digits', `[[${'1'.repeat(200_000)}`],
  ])('takes no more time than its length, be it %s', (_, text) => {
    const started = performance.now()
    explanationOf(text)
    parseRating(text)
    parseSimpleKevalRating(text)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

whenPublished('published judgments of keval-2-9b', () => {
  it('give the published means', () => {
    const means = publishedJudgments().map(({ file, texts }) => {
      const ratings = texts.map(parseRating).flatMap((parsed) => (parsed === null ? [] : [parsed.rating]))
      const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length / 10
      return [file.split('__')[1], ratings.length, mean.toFixed(2)]
    })
    expect(means).toEqual([
      ['EXAONE-3.5-7.8B-Instruct', 80, '0.58'],
      ['Qwen2-7B-Instruct', 80, '0.48'],
      ['gemma-2-9b-it', 79, '0.62'],
    ])
  })
})
