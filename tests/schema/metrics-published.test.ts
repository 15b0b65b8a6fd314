import { expect, it } from 'vitest'
import { parseRating } from '../../schema/judge/rating.ts'
import { parseSimpleKevalRating } from '../../schema/judge/simple-keval-rating.ts'
import { accuracy, diffScore } from '../../schema/metrics/card-tables.ts'
import { countPairs } from '../../schema/metrics/cells.ts'
import { findPublishedSet, textDigest } from '../../schema/metrics/contamination.ts'
import { meanScore } from '../../schema/metrics/scores.ts'
import { publishedJudgments, publishedTestInputs, whenPublished } from '../published-data.ts'

const percent = (score: number | null) => `${((score ?? 0) * 100).toFixed(1)}%`
const columns = (counts: Record<string, number>) => Array.from({ length: 11 }, (_, i) => counts[i]).join(',')

whenPublished('the published tables', () => {
  it.each([
    ['keval-2-9b', '61.4%', '11,5,2,3,0,0,0,0,0,0,1', '50.0%', '1,1,2,0,2,0,0,1,1,1,2'],
    ['keval-2-3b', '59.1%', '10,6,4,2,0,0,0,0,0,0,0', '45.5%', '2,1,0,0,2,1,0,1,1,0,2'],
    ['keval-2-1b', '43.2%', '8,3,5,2,1,0,1,0,0,0,2', '36.4%', '0,1,2,0,1,0,1,0,0,1,2'],
  ])('%s: diff score and accuracy, every column', (model, diff, differences, right, perLabel) => {
    const inputs = publishedTestInputs(model)
    const rated = inputs.flatMap(({ label, judgment }) => {
      const rating = parseRating(judgment)?.rating
      return rating === undefined ? [] : [{ label, rating }]
    })
    const cells = countPairs(
      rated.map(({ label }) => label),
      rated.map(({ rating }) => rating),
    )
    const wrong = inputs.length - rated.length
    const table = { diff: diffScore(cells, wrong), accuracy: accuracy(cells, wrong) }
    expect([percent(table.diff.score), columns(table.diff.counts)]).toEqual([diff, differences])
    expect([percent(table.accuracy.score), columns(table.accuracy.counts)]).toEqual([right, perLabel])
    expect(table.diff).toMatchObject({ wrong: 0, length: 22 })
  })

  it.each([
    ['google__gemma-2-9b-it', 0.62, 79],
    ['LGAI-EXAONE__EXAONE-3.5-7.8B-Instruct', 0.58, 80],
    ['Qwen__Qwen2-7B-Instruct', 0.48, 80],
  ])('%s: mean of the parsed ratings', (model, score, rated) => {
    const texts = publishedJudgments().find(({ file }) => file.startsWith(model))!.texts
    const mean = meanScore(
      texts.map((text) => {
        const rating = parseSimpleKevalRating(text)?.rating
        const seen = rating === undefined ? { rated: 0, ratingSum: 0 } : { rated: 1, ratingSum: rating }
        return { judgments: 1, ...seen, labelled: 0, diffPoints: 0, exact: 0, count: 1 }
      }),
    )
    expect(Number(mean.score!.toFixed(2))).toBe(score)
    expect(mean).toMatchObject({ rows: 80, rated, wrong: 80 - rated, few_rows: false })
  })

  it('are recognised as published material, whatever the white space', async () => {
    const [input] = publishedTestInputs()
    const digest = await textDigest(`  ${input!.user.replaceAll('\n', '\n\n')} `)
    expect(findPublishedSet(null, digest)).toBe('keval-testset')
    expect(findPublishedSet(await textDigest('새 질문'), await textDigest('새 입력'))).toBeNull()
  })
})
