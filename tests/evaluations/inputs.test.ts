import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Evaluation } from '../../schema/api/evaluations.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'
import { makeRows, writeWhatTheAnswerSays } from './rows.ts'

let node: JudgingNode
let gateway: EvaluatingGateway

beforeAll(async () => {
  node = await judgingNode('judge')
  writeWhatTheAnswerSays(node)
  gateway = await startEvaluating({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})

type Preview = NonNullable<Evaluation['preview']>

const lines = (...rows: object[]) => rows.map((row) => JSON.stringify(row)).join('\n')

async function preview(body: string | FormData | Uint8Array<ArrayBuffer>, query = ''): Promise<Preview> {
  const path = `/v1/evaluations?model=judge&preview=true${query}`
  const response = await gateway.fetch(path, { method: 'POST', body })
  expect(response.status, await response.clone().text()).toBe(200)
  return ((await response.json()) as { preview: Preview }).preview
}

function form(files: Record<string, string>, part = 'file'): FormData {
  const data = new FormData()
  for (const [name, text] of Object.entries(files)) data.append(part, new File([text], name))
  return data
}

describe('FastChat files', () => {
  const question = lines({ question_id: 1, category: 'math', turns: ['질문'] })
  const answer = (model: string) =>
    lines({ question_id: 1, model_id: model, choices: [{ index: 0, turns: ['답'] }] })

  it('are references by their folder or field alone, never by a part of their name', async () => {
    const files = {
      'question.jsonl': question,
      'llama-preference-dpo.jsonl': answer('llama'),
      'model-a.jsonl': answer('a'),
    }
    const both = await preview(form(files))
    expect(both.models).toEqual({ llama: 1, a: 1 })
    expect(both.references).toBe(0)
    expect(both.files.map(({ name, role }) => [name, role])).toEqual([
      ['question.jsonl', 'questions'],
      ['llama-preference-dpo.jsonl', 'answers'],
      ['model-a.jsonl', 'answers'],
    ])
    const folder = await preview(form({ ...files, 'data/reference_answer/gpt-4.jsonl': answer('gpt-4') }))
    expect([folder.references, folder.files[1]!.role]).toEqual([2, 'references'])
    const field = form(files)
    field.append('reference', new File([answer('gpt-4')], 'gpt-4.jsonl'))
    expect(await preview(field)).toMatchObject({ references: 2, models: { llama: 1, a: 1 } })
  })

  it('with one turn of two are refused', async () => {
    const two = lines({ question_id: 1, turns: ['질문', '둘째'] })
    const response = await gateway.fetch('/v1/evaluations?model=judge', {
      method: 'POST',
      body: form({ 'question.jsonl': two, 'a.jsonl': answer('a') }),
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('number of answers: 1; number of turns of question 1: 2')
  })
})

describe('any text', () => {
  it('is a category or a model', async () => {
    const rows = [
      ...makeRows([3], { id: 'a', category: '__proto__', model: 'constructor' }),
      ...makeRows([5], { id: 'b', category: 'constructor', model: '__proto__' }),
    ]
    expect(Object.entries((await preview(lines(...rows))).categories)).toEqual([
      ['__proto__', 1],
      ['constructor', 1],
    ])
    const id = await gateway.begin('model=judge', rows)
    expect(Object.entries((await gateway.ended(id)).preview!.models)).toEqual([
      ['constructor', 1],
      ['__proto__', 1],
    ])
    const report = await gateway.report(id)
    expect(report.models.map(({ model, mean_rating }) => [model, mean_rating])).toEqual([
      ['__proto__', 5],
      ['constructor', 3],
    ])
    const itself = `/v1/evaluations/${id}/comparison?with=${id}&model=__proto__&with_model=constructor`
    expect(await gateway.get(itself)).toMatchObject({ rating: { pairs: 1, difference: -2 } })
  })
})

describe('what is not read', () => {
  it('is named by preview, evaluation and report', async () => {
    const rows = makeRows([7], { reference: '정답', category: '글쓰기(Writing)', score: 7 })
    const expected = { ignored_fields: ['score'], references_not_shown: 1 }
    expect(await preview(lines(...rows))).toMatchObject(expected)
    const id = await gateway.begin('model=judge', rows)
    expect((await gateway.ended(id)).preview).toMatchObject(expected)
    const report = await gateway.report(id)
    expect(report).toMatchObject(expected)
    expect(report.notes).toMatchObject([
      { code: 'note_too_few_rows' },
      { code: 'note_references_not_shown', params: { rows: 1 } },
      { code: 'note_ignored_fields', params: { fields: 'score' } },
    ])
  })
})

describe('a row without an answer', () => {
  it('is refused unless it is to be judged or skipped, and a skipped one is named', async () => {
    const rows = [...makeRows([7]), { question: '질문', answer: '' }]
    const refused = await gateway.fetch('/v1/evaluations?model=judge', {
      method: 'POST',
      body: lines(...rows),
    })
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { errors: [{ field: 'line 2: answer', code: 'answer_empty' }] },
    ])
    expect(await preview(lines(...rows), '&empty=judge')).toMatchObject({ rows: 2, skipped_rows: 0 })
    expect(await preview(lines(...rows), '&empty=skip')).toMatchObject({ rows: 1, skipped_rows: 1 })
    const id = await gateway.begin('model=judge&empty=skip', rows)
    await gateway.ended(id)
    const report = await gateway.report(id)
    expect(report).toMatchObject({ skipped_rows: 1, summary: { rows: 1 } })
    expect(report.notes).toContainEqual({
      code: 'note_skipped_rows',
      params: { rows: 1 },
      message: 'Rows left out because an answer is empty: 1.',
    })
  })
})

describe('a table', () => {
  it('is read by its header, in UTF-8 or in CP949 where that is named', async () => {
    const file = '\ufeff질문,답변,분야\r\n"하나, 둘",답변 <3>,\r\n'
    expect(await preview(file)).toMatchObject({ rows: 1, files: [{ container: 'csv' }], categories: {} })
    // 질문,답변 / 가,나
    const bytes = [0xc1, 0xfa, 0xb9, 0xae, 0x2c, 0xb4, 0xe4, 0xba, 0xaf, 10, 0xb0, 0xa1, 0x2c, 0xb3, 0xaa, 10]
    expect(await preview(Uint8Array.from(bytes), '&charset=cp949')).toMatchObject({ rows: 1 })
    const refused = await gateway.fetch('/v1/evaluations?model=judge', {
      method: 'POST',
      body: Uint8Array.from(bytes),
    })
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('charset=cp949')])
  })
})
