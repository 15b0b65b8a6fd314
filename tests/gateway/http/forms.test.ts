import { exports } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { z } from 'zod'
import { formEvents } from '../../../gateway/http/body/form-stream.ts'
import type { ProblemBody } from '../../../schema/api/error-body.ts'
import type { previewAnswer } from '../../../schema/api/evaluations.ts'
import { catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

let key: string
beforeEach(async () => {
  catchMails()
  judgeAtNodeTest()
  key = (await tenantWithKey()).key
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

/** Sends a form; without a length where it is cut short. */
async function send(form: FormData, cutTo?: number) {
  const encoded = new Response(form)
  const bytes = new Uint8Array(await encoded.arrayBuffer())
  const response = await exports.default.fetch(
    new Request('https://keval.test/v1/evaluations', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': encoded.headers.get('content-type')! },
      body: cutTo === undefined ? bytes : bytes.subarray(0, cutTo),
    }),
  )
  return (await response.json()) as Partial<z.output<typeof previewAnswer>> & Partial<ProblemBody>
}

const lines = (rows: object[]) => rows.map((row) => JSON.stringify(row)).join('\n')
const file = (name: string, rows: object[]) => new File([lines(rows)], name)
const choices = (text: string) => [{ index: 0, turns: [text] }]
const question = { question_id: 1, category: 'math', turns: ['1+1?'] }
const reference = { question_id: 1, model_id: 'gpt-4', choices: choices('2') }

function toForm(...parts: [name: string, value: string | File][]): FormData {
  const form = new FormData()
  for (const [name, value] of parts) form.append(name, value)
  return form
}
const preview: [string, string][] = [
  ['model', 'judge'],
  ['preview', 'true'],
]

/** Rows that make a form larger than what is held. */
const many = (row: (number: number) => object) => Array.from({ length: 1900 }, (_, number) => row(number))
const long = '가'.repeat(3000)

describe('the parts of a form', () => {
  it.each([1, 2, 7, 61, 10_000])('are the same in chunks of %i bytes', async (size) => {
    const tricky = '{"a":"\\r\\n--"}\r\n\r\n--\r\n-\n--x--\r\n'
    const form = toForm(
      ['이름', '값\r\n'],
      ['file', new File([tricky], '답변.jsonl')],
      ['empty', new File([], 'e')],
    )
    const encoded = new Response(form)
    const bytes = new Uint8Array(await encoded.arrayBuffer())
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
    }
    const contentType = encoded.headers.get('content-type')!
    const read: [string, string][] = []
    const decoder = new TextDecoder()
    for await (const event of formEvents(contentType, chunks())) {
      if ('field' in event) read.push([event.field, event.value])
      else if ('file' in event) read.push([`${event.file.part} ${event.file.name}`, ''])
      else read.at(-1)![1] += decoder.decode(event.bytes, { stream: true })
    }
    expect(read).toEqual([
      ['이름', '값\r\n'],
      ['file 답변.jsonl', tricky],
      ['empty e', ''],
    ])
  })
})

describe('a form', () => {
  it('may name its references by the field, and come in any order', async () => {
    const answers = file('m.jsonl', [{ question_id: 1, model_id: 'm', choices: choices('3') }])
    const named = toForm(
      ['file', answers],
      ['reference', file('gpt-4.jsonl', [reference])],
      ['file', file('q.jsonl', [question])],
      ...preview,
    )
    expect((await send(named)).preview).toMatchObject({
      format: 'fastchat',
      rows: 1,
      references: 1,
      models: { m: 1 },
      templates: { 'single-math-v1': 1 },
    })
  })

  it('that is too large to be held is streamed, file by file', async () => {
    const questions = many((id) => ({ ...question, question_id: id }))
    const answers = many((id) => ({ question_id: id, model_id: 'm', choices: choices(long) }))
    const { preview: read } = await send(
      toForm(
        ...preview,
        ['file', file('q.jsonl', questions)],
        ['file', file('m.jsonl', answers)],
        ['file', file('n.jsonl', [{ question_id: 3, model_id: 'n', choices: choices('3') }])],
      ),
    )
    expect(read).toMatchObject({ format: 'fastchat', rows: 1901, models: { m: 1900, n: 1 } })
  })

  it('that is streamed names the file, line and field of what is wrong', async () => {
    const rows = many((id) => ({ id, question: '질문', answer: long, ...(id === 1899 && { label: 11 }) }))
    const wrong = await send(toForm(...preview, ['file', file('large.jsonl', rows)]))
    expect(wrong.errors).toEqual([
      {
        field: 'large.jsonl line 1900: label',
        code: 'label_range',
        message: 'must be a number from 0 to 10',
      },
    ])
  })

  it('that is streamed must give its fields first', async () => {
    const large = file(
      'large.jsonl',
      many((id) => ({ id, question: '질문', answer: long })),
    )
    const late = await send(toForm(['file', large], ...preview))
    expect(late.errors).toContainEqual(expect.objectContaining({ field: 'fields', code: 'fields_first' }))
    const name = await send(toForm(...preview, ['file', large], ['name', 'late']))
    expect(name.errors).toMatchObject([{ field: 'name', code: 'fields_first' }])
  })

  it('that breaks off is refused', async () => {
    const whole = toForm(...preview, ['file', file('a.jsonl', [{ question: '질문', answer: '답' }])])
    const cut = await send(whole, 300)
    expect(cut).toMatchObject({ code: 'invalid_request', errors: [{ field: 'body' }] })
  })
})
