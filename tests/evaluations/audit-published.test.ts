import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Audit, AuditComparison, AuditReport } from '../../schema/api/audits.ts'
import { parseRating } from '../../schema/judge/rating.ts'
import { publishedAnswers, publishedTestInputs, whenPublished } from '../published-data.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'

const judges = ['keval-2-9b', 'keval-2-3b', 'keval-2-1b']
const toRating = (text: string) => parseRating(text)?.rating ?? null

whenPublished('audits replay published judgments', () => {
  let node: JudgingNode
  let gateway: EvaluatingGateway

  beforeAll(async () => {
    node = await judgingNode(...judges)
    gateway = await startEvaluating({ NODES: node.url })
  })
  afterAll(async () => {
    await gateway.stop()
    await node.close()
  })

  async function audit(query: string, rows: object[]): Promise<AuditReport> {
    const response = await gateway.fetch(`/v1/audits?${query}`, {
      method: 'POST',
      body: rows.map((row) => JSON.stringify(row)).join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    })
    const text = await response.text()
    expect(response.status, text).toBe(201)
    const { id } = JSON.parse(text) as Audit
    await vi.waitFor(
      async () => expect((await gateway.get<Audit>(`/v1/audits/${id}`)).status).toBe('completed'),
      { timeout: 60_000, interval: 200 },
    )
    return gateway.get<AuditReport>(`/v1/audits/${id}/report`)
  }

  it('and give the spread of three real judgments of each question', async () => {
    const files = publishedAnswers()
    const questions = files[0]!.rows.map(({ question }) => question)
    const texts = questions.map((question, row) =>
      files
        .map(({ rows }) => rows[row])
        .map((row) => {
          expect(row!.question).toBe(question)
          return row!.judgment
        }),
    )
    // each repeat of a row gets the next of its judgments, in whatever order they are asked for
    const left = new Map(questions.map((question, row) => [question, [...texts[row]!]]))
    node.write = ({ messages }) => {
      const shown = messages.at(-1)!.content
      const question = questions.find((one) => shown.includes(`${one}\n`))!
      return left.get(question)?.shift() ?? 'Rating: [[5]]'
    }
    const rows = questions.map((question) => ({ question, answer: '같은 답변입니다.' }))
    const { reliability, audit: done } = await audit('model=keval-2-9b&sample_size=80&probes=repeat', rows)
    expect(done.counts.judgments).toBe(240)

    const groups = texts
      .map((same) => same.map(toRating).filter((rating): rating is number => rating !== null))
      .filter((ratings) => ratings.length >= 2)
    const squares = (ratings: number[]) => {
      const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length
      return ratings.reduce((sum, rating) => sum + (rating - mean) ** 2, 0)
    }
    const freedom = groups.reduce((sum, ratings) => sum + ratings.length - 1, 0)
    const within = Math.sqrt(groups.reduce((sum, ratings) => sum + squares(ratings), 0) / freedom)
    expect(reliability.rows).toBe(groups.length)
    expect(reliability.within_deviation).toBeCloseTo(within, 9)
    const pairs = groups.flatMap((ratings) =>
      ratings.flatMap((x, index) => ratings.slice(index + 1).map((y) => [x, y] as const)),
    )
    expect(pairs.length).toBeGreaterThan(200)
    for (const { threshold, rate } of reliability.flip_rates) {
      expect(rate).toBeGreaterThan(0.02)
      expect(rate, String(threshold)).toBeLessThan(0.6)
    }
  })

  it('and give the differences of the three judges on the labelled rows', async () => {
    const inputs = publishedTestInputs()
    const written = new Map(
      judges.map((judge) => [
        judge,
        // some published prompts end with a blank, which an audit renders anew without it
        new Map(publishedTestInputs(judge).map(({ user, judgment }) => [user.trimEnd(), judgment])),
      ]),
    )
    node.write = ({ model, messages }) =>
      written.get(model)!.get(messages.at(-1)!.content.trimEnd()) ?? 'Rating: [[5]]'
    const rows = inputs.map(({ label, system, user }, id) => ({
      id,
      score: label,
      pairs: [{ prompt: system, input: user }],
    }))
    const ids: string[] = []
    for (const judge of judges) {
      const report = await audit(`model=${judge}&sample_size=22&repeats=2&probes=repeat`, rows)
      expect(report.reliability.within_deviation).toBe(0)
      ids.push(report.audit.id)
    }
    const ratings = judges.map((judge) =>
      inputs.map(({ user }) => toRating(written.get(judge)!.get(user.trimEnd())!)),
    )
    for (const [x, y] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const differences = ratings[x]!.flatMap((rating, row) => {
        const other = ratings[y]![row]!
        return rating === null || other === null ? [] : [other - rating]
      })
      const compared = await gateway.get<AuditComparison>(`/v1/audits/${ids[x]}/compare/${ids[y]}`)
      expect(compared.rating.pairs).toBe(differences.length)
      const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length
      expect(compared.rating.difference).toBeCloseTo(mean, 9)
    }
  })
})
