import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Evaluation } from '../../schema/api/evaluations.ts'
import type { Report } from '../../schema/api/reports.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'

let node: JudgingNode
let gateway: EvaluatingGateway

beforeAll(async () => {
  node = await judgingNode('judge', 'other-judge')
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

/** Rows that nobody has sent before, answered with the rating written in them. */
let serial = 0
const rowsOf = (ratings: (number | string)[], over: object = {}) =>
  ratings.map((rating, index) => ({
    id: `row-${index}`,
    question: `질문 ${index}`,
    answer: `답변 <${rating}> ${serial++}`,
    ...over,
  }))
const writeWhatTheAnswerSays = () => {
  node.write = ({ messages }) => {
    const rating = /답변 <([^>]*)>/.exec(messages.at(-1)!.content)![1]!
    return rating === 'nothing' ? '평가를 마치지 못했습니다.' : `설명입니다.\n\nRating: [[${rating}]]`
  }
}
const report = (id: string) => gateway.get<Report>(`/v1/evaluations/${id}/report`)

describe('an evaluation', () => {
  it('judges every row once, and counts what has no rating as wrong, never as 0', async () => {
    writeWhatTheAnswerSays()
    const labels = [0, 10, 5, 8, 3]
    const rows = rowsOf([0, 10, 6, 8.5, 'nothing']).map((row, index) => ({ ...row, label: labels[index] }))
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
    const { summary, diff, accuracy, agreement } = await report(id)
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
    const id = await gateway.begin('model=judge&repeats=2', rowsOf([1, 2]))
    await gateway.ended(id)
    expect(new Set(node.asked.map(({ seed }) => seed)).size).toBe(4)
    const { consistency, summary } = await report(id)
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

    const first = await report(koBench)
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
    writeWhatTheAnswerSays()
    const rows = ['다', '가', '나', '다', '가', '나'].map((name, index) => ({
      id: String(index),
      question: `${name} 질문`,
      answer: `답변 <5> ${serial++}`,
    }))
    await gateway.ended(await gateway.begin('model=judge', rows))
    const order = node.asked.map(({ messages }) => /\n(.) 질문/.exec(messages[0]!.content)![1])
    expect(order.join('')).toMatch(/^(가가|나나|다다){3}$/)
  })
})

describe('wrong input', () => {
  it('is refused by line and field before anything starts', async () => {
    const before = await gateway.get<{ data: Evaluation[] }>('/v1/evaluations?limit=100')
    const response = await gateway.upload('model=judge', [
      ...rowsOf([1]),
      { id: 'x', question: '질문' },
      { id: 'y', question: '질문', answer: '답', label: 12 },
    ])
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      code: 'invalid_request',
      errors: [
        { field: 'line 2: answer', message: 'is required (or give turns)' },
        { field: 'line 3: label', message: 'must be a number from 0 to 10' },
      ],
    })
    expect(node.asked).toHaveLength(0)
    expect((await gateway.get<{ data: Evaluation[] }>('/v1/evaluations?limit=100')).data).toEqual(before.data)
  })

  it.each([
    ['model=judge', '', 'line 1'],
    ['model=judge&protocol=other', '{"question":"q","answer":"a"}', 'protocol'],
    ['model=judge&repeats=99', '{"question":"q","answer":"a"}', 'repeats'],
    ['model=judge&wrong=1', '{"question":"q","answer":"a"}', 'wrong'],
    ['model=judge&template=single-v1-multi-turn', '{"question":"q","answer":"a"}', 'line 1: template'],
    ['name=x', '{"question":"q","answer":"a"}', 'model'],
  ])('%s %s names %s', async (query, body, field) => {
    const response = await gateway.upload(query, body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [expect.objectContaining({ field })] })
  })

  it('of a model that nobody serves is refused as such', async () => {
    const response = await gateway.upload('model=nobody', rowsOf([1]))
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      404,
      'model_not_found',
    ])
  })
})

describe('a preview', () => {
  it('says what was understood and starts nothing', async () => {
    const rows = [
      ...rowsOf([1], { category: 'math', reference: '2', note: 'x' }),
      ...rowsOf([2], { id: 'b' }),
    ]
    const response = await gateway.upload('model=judge&preview=true', rows)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      object: 'evaluation.preview',
      preview: {
        format: 'keval-edge',
        rows: 2,
        judgments: 2,
        references: 1,
        categories: { math: 1 },
        templates: { 'single-math-v1': 1, 'single-v1': 1 },
        ignored_fields: ['note'],
      },
    })
    expect(node.asked).toHaveLength(0)
  })
})

describe('files of a form', () => {
  it('are joined: questions, answers of a model, references', async () => {
    writeWhatTheAnswerSays()
    const form = new FormData()
    form.set('model', 'judge')
    const file = (name: string, line: object) => form.append('file', new File([JSON.stringify(line)], name))
    const choices = (text: string) => [{ index: 0, turns: [text, text] }]
    file('m.jsonl', { question_id: 1, model_id: 'm', choices: choices('답변 <8>') })
    file('reference_answer/gpt-4.jsonl', { question_id: 1, model_id: 'gpt-4', choices: choices('참고') })
    file('question.jsonl', { question_id: 1, category: 'math', turns: ['질문 1', '질문 2'] })
    const response = await gateway.fetch('/v1/evaluations', { method: 'POST', body: form })
    expect(response.status).toBe(201)
    const { id } = (await response.json()) as Evaluation
    expect(await gateway.ended(id)).toMatchObject({ rows: 1, counts: { rated: 2 } })
    const { models } = await report(id)
    expect(models).toMatchObject([{ model: 'm', mean_rating: 8 }])
  })
})

describe('rows that nothing helps', () => {
  it('are given up and named; the rest completes; resuming tries them once more', async () => {
    let broken = true
    node.write = ({ messages }) =>
      broken && messages.at(-1)!.content.includes('<bad>') ? null : 'Rating: [[6]]'
    const id = await gateway.begin('model=judge', rowsOf([1, 'bad', 3]))
    const ended = await gateway.ended(id)
    expect(ended.counts).toEqual({ judgments: 3, rated: 2, wrong: 0, failed: 1, pending: 0 })
    const { failures, summary, complete } = await report(id)
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
    const id = await gateway.begin('model=judge', rowsOf(['cut', 'cut', ...Array(30).fill(6)]))
    const others = async () => (await gateway.get<Evaluation>(`/v1/evaluations/${id}`)).counts.rated
    await expect.poll(others, { timeout: 20_000 }).toBe(30)
    const ended = await gateway.ended(id, 80_000)
    expect(ended.counts).toEqual({ judgments: 32, rated: 30, wrong: 0, failed: 2, pending: 0 })
    const rows = ['row-0', 'row-1']
    expect((await report(id)).failures).toEqual([{ code: 'stream_interrupted', count: 2, rows }])
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
    writeWhatTheAnswerSays()
    node.delayMs = 30
    const id = await gateway.begin('model=judge', rowsOf(Array(300).fill(4)))
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
    writeWhatTheAnswerSays()
    node.delayMs = 20
    const rows = rowsOf(Array(600).fill(4))
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

describe('two evaluations', () => {
  it('are compared row by row and ranked with their intervals', async () => {
    writeWhatTheAnswerSays()
    const good = rowsOf(Array.from({ length: 60 }, (_, i) => 7 + (i % 3)))
    const poor = rowsOf(Array.from({ length: 60 }, (_, i) => 2 + (i % 3)))
    const x = await gateway.begin('model=other-judge&name=poor', poor)
    const y = await gateway.begin('model=other-judge&name=good', good)
    await Promise.all([gateway.ended(x), gateway.ended(y)])
    const compared = await gateway.get<{ rating: Record<string, unknown>; notes: string[] }>(
      `/v1/evaluations/${x}/comparison?with=${y}`,
    )
    expect(compared.rating).toMatchObject({ pairs: 60, difference: 5, wins: { y: 60, tie: 0, x: 0 } })
    expect(compared.rating.p_value).toBeLessThan(0.01)
    expect(compared.notes).toEqual([])
    const document = async (format: string) => {
      const query = `with=${y}&format=${format}&language=ko`
      const response = await gateway.fetch(`/v1/evaluations/${x}/comparison?${query}`)
      return { headers: response.headers, text: await response.text() }
    }
    const page = await document('html')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.text).toContain('<html lang="ko">')
    expect(page.text.match(/<svg/g)).toHaveLength(2)
    expect(page.text).toMatch(/>← poor<\/text>.*>good →<\/text>.*>60 →<\/text>/)
    expect(page.text).toMatch(/<td>60<\/td><td>5\.00<\/td><td>5\.00 … 5\.00<\/td>/)
    expect((await document('markdown')).text).toMatch(
      /^# 비교: poor \/ good\n[^|]*0을 포함하지 않습니다[^|]*\n## /,
    )
    const board = await gateway.get<{ data: Record<string, unknown>[] }>('/v1/leaderboard')
    const ours = board.data.filter(({ judge }) => judge === 'other-judge')
    expect(ours.map(({ rank, model, score }) => [rank, model, score])).toEqual([
      [1, 'good', 0.8],
      [2, 'poor', 0.3],
    ])
  })
})

describe('what is written out', () => {
  it('carries no formula into a spreadsheet and no markup into a page', async () => {
    node.write = () => '=HYPERLINK("http://evil.example","click"), <script>alert(1)</script>\n\nRating: [[3]]'
    const name = '<img src=x onerror=alert(1)>|`x`'
    const wide = '\uff1dcmd|/c calc'
    const rows = rowsOf([1], { id: '=1+1', model: wide, category: name, label: 3 })
    const id = await gateway.begin(`model=judge&name=${encodeURIComponent(name)}`, rows)
    await gateway.ended(id)
    const csv = await gateway.fetch(`/v1/evaluations/${id}/results?format=csv&bom=true`)
    const bytes = new Uint8Array(await csv.arrayBuffer())
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const text = new TextDecoder().decode(bytes)
    expect(text).toContain(`,'=1+1,'${wide},`)
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example""`)
    expect(text.trimEnd().split('\r\n').at(-1)).toMatch(/^1,/)

    const page = await gateway.fetch(`/v1/evaluations/${id}/report?format=html`)
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(html).not.toMatch(/<img|<script/)
    expect(html).toContain('&#60;img src=x')
    expect(html.match(/<svg/g)!.length).toBeGreaterThanOrEqual(3)
    const markdown = await (await gateway.fetch(`/v1/evaluations/${id}/report?format=markdown`)).text()
    expect(markdown).toContain('\\<img')
    expect(markdown).toContain('## Diff score')
  })

  it('can be deleted', async () => {
    const id = await gateway.begin('model=judge', rowsOf([1]))
    await gateway.ended(id)
    expect((await gateway.fetch(`/v1/evaluations/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await gateway.fetch(`/v1/evaluations/${id}/report`)).status).toBe(404)
  })
})
