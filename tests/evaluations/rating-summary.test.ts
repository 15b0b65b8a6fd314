import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Audit } from '../../schema/api/audits.ts'
import type { Comparison } from '../../schema/api/comparisons.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'

let node: JudgingNode
let gateway: EvaluatingGateway
/** Ratings that each answer gets one after another. */
const script = new Map<string, number[]>()

beforeAll(async () => {
  node = await judgingNode('judge')
  node.weights = () => ({ weights_digest: 'a', precision: 'int8', provider: 'cpu' })
  node.write = ({ messages, seed }) => {
    const name = /\[어시스턴트 답변의 시작\]\n(\S+)/.exec(messages.at(-1)!.content)![1]!
    const ratings = script.get(name)
    return `Rating: [[${ratings === undefined ? 5 + (seed % 2) : ratings.shift()}]]`
  }
  gateway = await startEvaluating({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})

/** Two rows, judged five times each. */
async function judge(summary: string, first: number[], second: number[]) {
  const names = [`가${script.size}`, `나${script.size}`] as const
  script.set(names[0], first)
  script.set(names[1], second)
  const id = await gateway.begin(`model=judge&repeats=5&summary=${summary}&name=${summary}`, [
    { question: '하나', answer: names[0] },
    { question: '둘', answer: names[1] },
  ])
  await gateway.ended(id)
  return { id, report: await gateway.report(id) }
}

describe('one rating of several', () => {
  const ratings = () => [
    [0, 8, 8, 9, 10],
    [2, 3, 3, 3, 9],
  ]

  it.each([
    ['mean', (7 + 4) / 2],
    ['median', (8 + 3) / 2],
    ['trimmed_mean', (25 / 3 + 3) / 2],
  ])('%s decides means, scores and comparisons', async (summary, mean) => {
    const [first, second] = ratings()
    const { id, report } = await judge(summary, first!, second!)
    expect(report.summary.mean_rating).toBeCloseTo(mean, 6)
    expect(report.summary).toMatchObject({ rated: 10, wrong: 0 })
    expect(report).toMatchObject({ rating_summary: summary, ratings_without_probabilities: 0 })
    expect(report.notes.some(({ code }) => code === 'note_rating_summary')).toBe(summary !== 'mean')
    expect(report.distribution.reduce((sum, { count }) => sum + count, 0)).toBe(10)
    const same = await judge('mean', [5, 5, 5, 5, 5], [5, 5, 5, 5, 5])
    const compared = await gateway.get<Comparison>(`/v1/evaluations/${id}/comparison?with=${same.id}`)
    expect(compared.rating.difference).toBeCloseTo(5 - mean, 6)
  })

  it('says how many ratings stand in for expected ones that the node does not give', async () => {
    const [first, second] = ratings()
    const { report } = await judge('expected', first!, second!)
    expect(report.ratings_without_probabilities).toBe(10)
    expect(report.summary.mean_rating).toBeCloseTo(5.5, 6)
    expect(report.notes.map(({ code }) => code)).toContain('note_without_probabilities')
  })

  it('refuses another summary by its name', async () => {
    const response = await gateway.upload('model=judge&summary=best', [{ question: '하나', answer: '답' }])
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('summary')
  })
})

describe('the noise of a judge', () => {
  const rows = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      question: `${name} ${index}`,
      answer: `답${index}입니다.`,
    }))

  it('is named by the repeats of the evaluation itself', async () => {
    const { report } = await judge('mean', [4, 6, 4, 6, 5], [5, 5, 5, 5, 5])
    // sums of squares 4 and 0 over 8 degrees of freedom
    expect(report.judge_noise).toMatchObject({ source: 'repeats', audit: null })
    expect(report.judge_noise!.deviation).toBeCloseTo(Math.sqrt(4 / 8), 9)
    const [low, high] = report.judge_noise!.score_interval!
    expect(high - low).toBeCloseTo((2 * 1.959964 * Math.sqrt(0.5)) / (10 * Math.sqrt(10)), 6)
  })

  it('is taken of an audit of the same judge, weights and temperature, and of no other', async () => {
    const body = rows('점검', 12)
      .map((row) => JSON.stringify(row))
      .join('\n')
    const response = await gateway.fetch('/v1/audits?model=judge&repeats=4&probes=refusal', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-ndjson' },
    })
    const { id: audit } = (await response.json()) as Audit
    await vi.waitFor(
      async () => expect((await gateway.get<Audit>(`/v1/audits/${audit}`)).status).toBe('completed'),
      { timeout: 30_000, interval: 100 },
    )
    const noiseOf = async (query: string) => {
      const id = await gateway.begin(`model=judge&${query}`, rows(`평가 ${query}`, 6))
      await gateway.ended(id)
      return { id, noise: (await gateway.report(id)).judge_noise }
    }
    const { id, noise } = await noiseOf('name=plain')
    expect(noise).toMatchObject({ source: 'audit', audit })
    expect(noise!.deviation).toBeGreaterThan(0.2)
    const page = await gateway.fetch(`/v1/evaluations/${id}/report?format=markdown&language=ko`)
    expect(await page.text()).toContain(`점검 ${audit.replace('_', '\\_')} 기준`)
    expect((await noiseOf('temperature=0.2')).noise).toBeNull()
    node.weights = () => ({ weights_digest: 'b', precision: 'int8', provider: 'cpu' })
    try {
      expect((await noiseOf('name=other')).noise).toBeNull()
    } finally {
      node.weights = () => ({ weights_digest: 'a', precision: 'int8', provider: 'cpu' })
    }
  })
})
