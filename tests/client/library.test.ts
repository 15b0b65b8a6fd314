import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Keval, KevalError } from '../../client/index.ts'
import { type EvaluatingGateway, startEvaluating } from '../evaluations/gateway.ts'
import { type JudgingNode, judgingNode } from '../evaluations/judging-node.ts'

let node: JudgingNode
let gateway: EvaluatingGateway
let keval: Keval
/** An evaluation of three rows, rated 9, 5 and 2. */
let id: string

beforeAll(async () => {
  node = await judgingNode('judge')
  node.write = ({ messages }) =>
    `설명입니다. Rating: [[${/답 (\d+)/.exec(messages.at(-1)!.content)?.[1] ?? 1}]]`
  gateway = await startEvaluating({ NODES: node.url })
  keval = new Keval({ url: gateway.url, apiKey: gateway.key })
  id = await evaluate([9, 5, 2])
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})

async function evaluate(ratings: number[]): Promise<string> {
  const rows = ratings.map((rating, index) => ({ question: `질문 ${index}`, answer: `답 ${rating}` }))
  const started = await keval.evaluate(rows.map((row) => JSON.stringify(row)).join('\n'), { model: 'judge' })
  await keval.waitFor(started.id)
  return started.id
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const value of values) found.push(value)
  return found
}

describe('rows', () => {
  it('are searched, sorted and paged', async () => {
    const found = await keval.rows.list(id, { search: '답 5' })
    expect([found.total, found.data[0]?.answer]).toEqual([1, '답 5'])
    const [first, second] = [
      await keval.rows.list(id, { sort: 'lowest_rating', limit: 2 }),
      await keval.rows.list(id, { sort: 'lowest_rating', limit: 2, offset: 2 }),
    ]
    const ratings = [...first.data, ...second.data].map(({ turns }) => turns[0]!.rating)
    expect([ratings, first.has_more, second.has_more]).toEqual([[2, 5, 9], true, false])
  })

  it('are shown with their texts and neighbours', async () => {
    const row = await keval.rows.get(id, 1, { max_rating: 5 })
    expect(row.turns[0]).toMatchObject({
      question: '질문 0',
      results: [{ rating: 9, explanation: '설명입니다.' }],
    })
    expect(row.place).toBeNull()
    expect((await keval.rows.get(id, 2, { max_rating: 5 })).place).toMatchObject({ position: 1, next: 3 })
  })

  it('are labelled by hand, and the labels exported', async () => {
    expect(await keval.rows.label(id, 3, 0, { note: '"빈" 답' })).toMatchObject({ by_hand: 1, pairs: 1 })
    expect(await collect(keval.rows.labels(id))).toMatchObject([
      { row: 3, label: 0, note: '"빈" 답', rating: 2 },
    ])
    expect((await collect(keval.rows.labelsCsv(id, { bom: true }))).join('')).toMatch(/^\uFEFFrow,/)
    expect((await keval.rows.agreement(id)).mean_absolute_error).toBe(2)
    expect(await keval.rows.removeLabel(id, 3)).toMatchObject({ by_hand: 0 })
  })

  it('of two evaluations are compared', async () => {
    const other = await evaluate([9, 1, 4])
    const { data, total } = await keval.comparedRows(id, other, { outcome: 'x' })
    expect([total, data.map(({ x, y }) => [x.rating, y.rating])]).toEqual([1, [[5, 1]]])
    await keval.delete(other)
    await expect(keval.evaluation(other)).rejects.toMatchObject({ code: 'not_found' })
  })
})

it('makes, lists and revokes share links', async () => {
  const link = await keval.shareLinks.create(id, { expires_in_days: 1 })
  expect((await fetch(link.url)).status).toBe(200)
  expect(await keval.shareLinks.list(id)).toMatchObject([{ id: link.id, show_rows: false }])
  await keval.shareLinks.revoke(id, link.id)
  expect((await fetch(link.url)).status).toBe(404)
  await expect(keval.shareLinks.revoke(id, link.id)).rejects.toBeInstanceOf(KevalError)
})

it('lists, shows, replays and deletes judgments', async () => {
  const made = await keval.judge({ model: 'judge', question: '따로 물은 질문', answer: '답 7' })
  const mine = { search: '따로 물은' }
  expect((await collect(keval.judgments.list({ ...mine, limit: 1 }))).map((one) => one.id)).toEqual([made.id])
  const all = await collect(keval.judgments.list({ limit: 2 }))
  expect(new Set(all.map((one) => one.id)).size).toBe(all.length)
  expect(all.length).toBeGreaterThan(3)
  expect((await keval.judgments.get(made.id)).input).toMatchObject({ answer: '답 7' })
  expect(await keval.judgments.replay(made.id)).toMatchObject({ outcome: 'identical' })
  await keval.judgments.delete(made.id)
  await expect(keval.judgments.get(made.id)).rejects.toMatchObject({ status: 404 })
})

it('tells what was used and what is left', async () => {
  expect((await keval.usage()).data[0]).toMatchObject({ model: 'judge' })
  expect((await keval.limits()).tenant.requests_per_minute.limit).toBeGreaterThan(0)
})

it('reports a connection that breaks off in the middle of results', async () => {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"row":1}\n')),
    pull: (controller) => controller.error(new TypeError('terminated')),
  })
  const broken = new Keval({ url: 'http://gateway.test', apiKey: 'k', fetch: async () => new Response(body) })
  const results = broken.results('evl_1')
  await results.next()
  await expect(results.next()).rejects.toMatchObject({ name: 'KevalError', code: 'unreachable' })
})
