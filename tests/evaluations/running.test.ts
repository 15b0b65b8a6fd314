import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Evaluation } from '../../schema/api/evaluations.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'
import { makeRows, writeWhatTheAnswerSays } from './rows.ts'

let node: JudgingNode
let gateway: EvaluatingGateway

beforeAll(async () => {
  node = await judgingNode('judge')
  gateway = await startEvaluating({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})
afterEach(() => {
  node.asked.length = 0
  node.delayMs = 0
  node.write = () => 'Rating: [[5]]'
})

describe('an evaluation', () => {
  it('judges every row once, and counts what has no rating as wrong, never as 0', async () => {
    writeWhatTheAnswerSays(node)
    const labels = [0, 10, 5, 8, 3]
    const rows = makeRows([0, 10, 6, 8.5, 'nothing']).map((row, index) => ({ ...row, label: labels[index] }))
    const id = await gateway.begin('model=judge&name=mine', rows)
    const ended = await gateway.ended(id)
    expect(ended).toMatchObject({
      status: 'completed',
      name: 'mine',
      rows: 5,
      counts: { judgments: 5, rated: 4, wrong: 1, failed: 0, pending: 0 },
      progress: 1,
    })
    expect(node.asked).toHaveLength(5)
    expect(node.asked[0]).toMatchObject({ model: 'judge', temperature: 0.7 })

    const results = await gateway.results(id)
    expect(results.map(({ id, rating, verdict }) => [id, rating, verdict])).toEqual([
      ['row-0', 0, 'rated'],
      ['row-1', 10, 'rated'],
      ['row-2', 6, 'rated'],
      ['row-3', 8.5, 'rated'],
      ['row-4', null, 'no_rating'],
    ])
    expect(results[0]!.explanation).toBe('설명입니다.')
    const { summary, diff, accuracy, agreement } = await gateway.report(id)
    expect(summary).toMatchObject({ rows: 5, rated: 4, wrong: 1, mean_rating: 24.5 / 4 })
    expect(diff).toMatchObject({ score: 3 / 5, wrong: 1, length: 5, counts: { 0: 2, 1: 2 } })
    expect(accuracy).toMatchObject({ score: 2 / 5, wrong: 1, counts: { 0: 1, 10: 1, 5: 0 } })
    expect(agreement).toMatchObject({ pairs: 4, mean_absolute_error: 1.5 / 4 })

    const judgments = await gateway.get<{ data: unknown[] }>(`/v1/judgments?evaluation=${id}`)
    expect(judgments.data).toHaveLength(5)
  })

  it('asks again for repeats, with a draw of their own, and measures how they agree', async () => {
    const seen = new Map<string, number>()
    node.write = ({ messages }) => {
      const prompt = messages.at(-1)!.content
      seen.set(prompt, (seen.get(prompt) ?? 0) + 1)
      return `Rating: [[${prompt.includes('질문 1') ? 4 + 2 * (seen.get(prompt)! % 2) : 7}]]`
    }
    const id = await gateway.begin('model=judge&repeats=2', makeRows([1, 2]))
    await gateway.ended(id)
    expect(new Set(node.asked.map(({ seed }) => seed)).size).toBe(4)
    const { consistency, summary } = await gateway.report(id)
    expect(consistency).toMatchObject({ compared: 2, identical: 0.5, mean_range: 1, widest_range: 2 })
    expect(summary).toMatchObject({ rows: 2, judgments: 4, rated: 4 })
    const places = (await gateway.results(id)).map(({ id, repeat }) => `${id}.${repeat}`)
    expect(places).toEqual(['row-0.1', 'row-0.2', 'row-1.1', 'row-1.2'])
  })

  it('judges both turns under ko-bench and the first under simple-keval, and shows the difference', async () => {
    node.write = ({ messages, temperature }) =>
      `Rating: [[${messages.length === 2 ? 9 : temperature === 0.8 ? 2 : 7}]]`
    const turns = [
      { question: '첫 질문', answer: '첫 답' },
      { question: '둘째 질문', answer: '둘째 답' },
    ]
    const rows = [{ id: 'a', category: 'writing', turns }]
    const koBench = await gateway.begin('model=judge&name=two', rows)
    await gateway.ended(koBench)
    const simple = await gateway.begin('model=judge&name=two&protocol=simple-keval', rows)
    await gateway.ended(simple)

    const first = await gateway.report(koBench)
    expect(first.turns).toMatchObject([
      { turn: 1, mean_rating: 7 },
      { turn: 2, mean_rating: 9 },
    ])
    expect(first.other_protocol).toMatchObject({ id: simple, protocol: 'simple-keval', score: 0.2 })
    expect(first.other_protocol!.difference).toBeCloseTo(0.6, 10)
    const published = node.asked.find(({ temperature }) => temperature === 0.8)!
    expect(published.max_tokens).toBe(2048)
    expect(published.messages).toHaveLength(1)
    expect(published.messages[0]!.content).toContain('[참조 답변의 시작]\n\n[참조 답변의 끝]')
  })

  it('sends what begins alike one after the other', async () => {
    writeWhatTheAnswerSays(node)
    const names = ['다', '가', '나', '다', '가', '나']
    const rows = makeRows(Array(6).fill(5)).map((row, index) => ({
      ...row,
      question: `${names[index]} 질문`,
    }))
    // what is sent at the same moment may arrive in any order
    const key = await gateway.fetch('/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'one at a time', limits: { concurrent: 1 } }),
    })
    const otherKey = gateway.key
    gateway.key = ((await key.json()) as { key: string }).key
    await gateway.ended(await gateway.begin('model=judge', rows))
    gateway.key = otherKey
    const order = node.asked.map(({ messages }) => /\n(.) 질문/.exec(messages[0]!.content)![1])
    expect(order.join('')).toMatch(/^(가가|나나|다다){3}$/)
  })
})

describe('rows that nothing helps', () => {
  it('are given up and named; the rest completes; resuming tries them once more', async () => {
    let broken = true
    node.write = ({ messages }) =>
      broken && messages.at(-1)!.content.includes('<bad>') ? null : 'Rating: [[6]]'
    const id = await gateway.begin('model=judge', makeRows([1, 'bad', 3]))
    const ended = await gateway.ended(id)
    expect(ended.counts).toEqual({ judgments: 3, rated: 2, wrong: 0, failed: 1, pending: 0 })
    const { failures, summary, complete } = await gateway.report(id)
    expect(failures).toEqual([{ code: 'node_failed', count: 1, rows: ['row-1'] }])
    expect([summary.rated, summary.wrong, complete]).toEqual([2, 0, false])
    expect((await gateway.results(id))[1]).toMatchObject({ verdict: 'failed', rating: null })

    broken = false
    await gateway.fetch(`/v1/evaluations/${id}/resume`, { method: 'POST' })
    expect((await gateway.ended(id)).counts).toMatchObject({ rated: 3, failed: 0 })
  })
})

describe('rows at which the only node ends its connections', () => {
  it('hold up no others, and are given up in the end', async () => {
    node.write = ({ messages }) => (messages.at(-1)!.content.includes('<cut>') ? 'cut' : 'Rating: [[6]]')
    const id = await gateway.begin('model=judge', makeRows(['cut', 'cut', ...Array(30).fill(6)]))
    const others = async () => (await gateway.get<Evaluation>(`/v1/evaluations/${id}`)).counts.rated
    await expect.poll(others, { timeout: 20_000 }).toBe(30)
    const ended = await gateway.ended(id, 80_000)
    expect(ended.counts).toEqual({ judgments: 32, rated: 30, wrong: 0, failed: 2, pending: 0 })
    const rows = ['row-0', 'row-1']
    expect((await gateway.report(id)).failures).toEqual([{ code: 'stream_interrupted', count: 2, rows }])
  })
})

describe('a stop in the middle', () => {
  const perRow = () => {
    const counts = new Map<string, number>()
    for (const { messages } of node.asked) {
      const prompt = messages.at(-1)!.content
      counts.set(prompt, (counts.get(prompt) ?? 0) + 1)
    }
    return counts
  }
  const someJudged = (id: string, at: number) =>
    vi.waitFor(
      async () => {
        const { counts } = await gateway.get<Evaluation>(`/v1/evaluations/${id}`)
        expect(counts.rated).toBeGreaterThan(at)
      },
      { timeout: 15_000, interval: 20 },
    )

  it('by cancelling keeps what was judged; resuming judges the rest and nothing twice', async () => {
    writeWhatTheAnswerSays(node)
    node.delayMs = 30
    const id = await gateway.begin('model=judge', makeRows(Array(300).fill(4)))
    await someJudged(id, 20)
    const cancelled = await (await gateway.fetch(`/v1/evaluations/${id}/cancel`, { method: 'POST' })).json()
    expect(cancelled).toMatchObject({ status: 'cancelled' })
    await new Promise((resolve) => setTimeout(resolve, 500))
    const asked = node.asked.length
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(node.asked.length).toBe(asked)
    expect(asked).toBeLessThan(300)

    node.delayMs = 0
    await gateway.fetch(`/v1/evaluations/${id}/resume`, { method: 'POST' })
    expect(await gateway.ended(id)).toMatchObject({ status: 'completed', counts: { rated: 300 } })
    expect([...perRow().values()].every((count) => count === 1)).toBe(true)
  })

  it('by a crash goes on by itself: every row counted once, only what was under way asked twice', async () => {
    writeWhatTheAnswerSays(node)
    node.delayMs = 20
    const rows = makeRows(Array(600).fill(4))
    const id = await gateway.begin('model=judge', rows)
    await someJudged(id, 100)
    await gateway.restart()
    expect((await gateway.get<Evaluation>(`/v1/evaluations/${id}`)).status).toBe('running')
    node.delayMs = 0
    const ended = await gateway.ended(id, 60_000)
    expect(ended).toMatchObject({ status: 'completed', counts: { judgments: 600, rated: 600, failed: 0 } })
    const ids = (await gateway.results(id)).map(({ id }) => id)
    expect(new Set(ids).size).toBe(600)
    expect(ids).toHaveLength(600)
    expect(perRow().size).toBe(600)
    expect(node.asked.length - 600).toBeLessThanOrEqual(40)
  }, 90_000)
})
