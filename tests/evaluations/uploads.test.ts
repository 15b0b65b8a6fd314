import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
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
})

describe('wrong input', () => {
  it('is refused by line and field before anything starts', async () => {
    const before = await gateway.get<{ data: Evaluation[] }>('/v1/evaluations?limit=100')
    const response = await gateway.upload('model=judge', [
      ...makeRows([1]),
      { id: 'x', question: '질문' },
      { id: 'y', question: '질문', answer: '답', label: 12 },
    ])
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      code: 'invalid_request',
      errors: [
        { field: 'line 2: answer', code: 'answer_empty', message: expect.stringContaining('empty') },
        { field: 'line 3: label', code: 'label_range', message: 'must be a number from 0 to 10' },
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

  it('that is a Git LFS pointer is called so, also as the input of a batch', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n'
    const response = await gateway.upload('model=judge', pointer)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('Git LFS pointer')

    const form = new FormData()
    form.set('purpose', 'batch')
    form.set('file', new Blob([pointer]), 'input.jsonl')
    const file = (await (await gateway.fetch('/v1/files', { method: 'POST', body: form })).json()) as {
      id: string
    }
    const window = { endpoint: '/v1/chat/completions', completion_window: '24h' }
    const begun = await gateway.call('/v1/batches', { input_file_id: file.id, ...window })
    const { id } = (await begun.json()) as { id: string }
    await expect
      .poll(async () => JSON.stringify(await gateway.get(`/v1/batches/${id}`)), { timeout: 10_000 })
      .toContain('Git LFS pointer')
  })

  it('of more answering models than a leaderboard can hold is refused', async () => {
    const rows = Array.from({ length: 1001 }, (_, i) => ({
      id: `${i}`,
      model: `m${i}`,
      question: 'q',
      answer: 'a',
    }))
    const response = await gateway.upload('model=judge&preview=true', rows)
    expect(response.status).toBe(400)
    const errors = [{ field: 'line 1001: model', message: 'there are more than 1000 answering models' }]
    expect(await response.json()).toMatchObject({ errors })
    expect((await gateway.upload('model=judge&preview=true', rows.slice(1))).status).toBe(200)
  })

  it('of a model that nobody serves is refused as such', async () => {
    const response = await gateway.upload('model=nobody', makeRows([1]))
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      404,
      'model_not_found',
    ])
  })
})

describe('a preview', () => {
  it('says what was understood and starts nothing', async () => {
    const rows = [
      ...makeRows([1], { category: 'math', reference: '2', note: 'x' }),
      ...makeRows([2], { id: 'b' }),
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
    writeWhatTheAnswerSays(node)
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
    const { models } = await gateway.report(id)
    expect(models).toMatchObject([{ model: 'm', mean_rating: 8 }])
    for (const { messages } of node.asked) expect(messages.at(-1)!.content).toContain('참고')
  })
})
