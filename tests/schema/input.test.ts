import { describe, expect, it } from 'vitest'
import { FastChatJoin, questionLine } from '../../schema/evaluation-input/fastchat.ts'
import { linesOf, maxLineBytes } from '../../schema/evaluation-input/lines.ts'
import { type InputNotes, readRows } from '../../schema/evaluation-input/read-rows.ts'
import type { EvaluationRow, InputProblem } from '../../schema/evaluation-input/row.ts'
import { renderMessages } from '../../schema/judge/render.ts'
import { publishedTestInputs, whenPublished } from '../published-data.ts'

async function* chunks(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

async function read(...files: (string | unknown[] | { name: string; lines: unknown[] })[]) {
  const notes: InputNotes = { format: null, ignoredFields: new Set() }
  const rows: EvaluationRow[] = []
  const problems: InputProblem[] = []
  const inputs = files.map((file) => {
    const lines = typeof file === 'object' && 'lines' in file ? file.lines : file
    const text = typeof lines === 'string' ? lines : lines.map((line) => JSON.stringify(line)).join('\n')
    const name = typeof file === 'object' && 'name' in file ? file.name : null
    return { name, isReference: /reference/.test(name ?? ''), bytes: chunks(text) }
  })
  for await (const item of readRows(inputs, notes)) {
    if ('row' in item) rows.push(item.row)
    else problems.push(item.problem)
  }
  return { rows, problems, notes }
}

const places = (problems: InputProblem[]) =>
  problems.map(({ line, field, message }) => [line, field, message])

describe('questions to be joined with answers', () => {
  it('are held up to a bound, however short they are', async () => {
    const lines = Array.from({ length: 90_000 }, (_, id) => ({ question_id: id, turns: ['?'] }))
    const { problems } = await read(lines)
    expect(problems[0]).toMatchObject({ field: 'line', message: expect.stringContaining('too many lines') })
    expect(problems[0]!.line).toBeGreaterThan(50_000)
  })
})

describe('lines', () => {
  const lines = async (text: string | Uint8Array) => {
    const found = []
    for await (const { number, text: line } of linesOf(chunks(text, 3))) found.push([number, line])
    return found
  }

  it('come with their numbers, whatever ends them, across chunks and characters', async () => {
    expect(await lines('\ufeff가나다\r\n\n라마\nend')).toEqual([
      [1, '가나다'],
      [3, '라마'],
      [4, 'end'],
    ])
    expect(await lines('')).toEqual([])
  })

  it('must be UTF-8 and bounded', async () => {
    await expect(lines(new Uint8Array([123, 10, 0xc0, 0xff]))).rejects.toMatchObject({ line: 2 })
    const longest = new Uint8Array(maxLineBytes).fill(97)
    expect((await linesOf([longest]).next()).value?.text).toHaveLength(maxLineBytes)
    await expect(linesOf([longest, new Uint8Array(1)]).next()).rejects.toThrow(/longer than/)
  })
})

describe('our own form', () => {
  it('is read with everything it may have', async () => {
    const { rows, problems, notes } = await read([
      { question: '질문', answer: '' },
      {
        id: 7,
        category: 'math',
        model: 'm',
        label: 0,
        question: '1+1?',
        answer: '2',
        reference: '2',
        note: 'x',
      },
      {
        turns: [
          { question: 'q1', answer: 'a1' },
          { question: 'q2', answer: 'a2', reference: '' },
        ],
        label: null,
      },
    ])
    expect(problems).toEqual([])
    expect(notes).toEqual({ format: 'keval-edge', ignoredFields: new Set(['note']) })
    expect(rows).toEqual([
      {
        id: '1',
        category: null,
        model: null,
        label: null,
        input: { turns: [{ question: '질문', answer: '' }] },
      },
      {
        id: '7',
        category: 'math',
        model: 'm',
        label: 0,
        input: { turns: [{ question: '1+1?', answer: '2', reference: '2' }] },
      },
      {
        id: '3',
        category: null,
        model: null,
        label: null,
        input: {
          turns: [
            { question: 'q1', answer: 'a1' },
            { question: 'q2', answer: 'a2' },
          ],
        },
      },
    ])
  })

  it('names line and field of everything that is wrong', async () => {
    const { rows, problems } = await read(
      [
        '{"question":"q","answer":"a"}',
        '{"question":"q"',
        '{"question":"","answer":5}',
        '{"question":"q"}',
        '[1]',
        '{"question":"q","answer":"a","label":11}',
        '{"question":"q","answer":"a","label":"5"}',
        '{"id":"1","question":"q","answer":"a"}',
        '{"turns":[{"question":"q"}]}',
        '{"question":"q","answer":"a","turns":[{"question":"q","answer":"a"}]}',
      ].join('\n'),
    )
    expect(rows).toHaveLength(1)
    expect(places(problems)).toEqual([
      [2, 'line', 'is not a JSON object'],
      [3, 'question', 'must not be empty'],
      [3, 'answer', 'must be a string'],
      [4, 'answer', 'is required (or give turns)'],
      [5, 'line', 'is not a JSON object'],
      [6, 'label', 'must be a number from 0 to 10'],
      [7, 'label', 'must be a number from 0 to 10'],
      [8, 'id', '1 was used before, in line 1'],
      [9, 'turns.0.answer', 'is required'],
      [10, 'question', 'must be left out when turns is given'],
      [10, 'answer', 'must be left out when turns is given'],
    ])
  })
})

describe('other forms', () => {
  const pair = { prompt: '질문', refer: '', gen: '답' }

  it('Ko-Bench answer files', async () => {
    const { rows, notes } = await read([
      { question_id: 81, category: 'writing', pairs: [pair] },
      { question_id: 111, category: 'math', pairs: [pair, { ...pair, refer: '3' }] },
    ])
    expect(notes.format).toBe('ko-bench')
    expect(rows[0]).toMatchObject({ id: '81', category: 'writing', label: null })
    expect(rows[1]!.input.turns).toEqual([
      { question: '질문', answer: '답' },
      { question: '질문', answer: '답', reference: '3' },
    ])
    const broken = await read([
      { question_id: 1, pairs: [{ prompt: '질문' }] },
      { question_id: 1, pairs: [] },
    ])
    expect(places(broken.problems)).toEqual([
      [1, 'pairs.0.gen', 'is required'],
      [2, 'pairs', 'must have one pair or two'],
    ])
  })

  it('test sets: system and user text byte for byte, score as label, 0 included', async () => {
    const [message] = renderMessages('single-math-v1', [{ question: 'Q', answer: 'A', reference: 'R' }])
    const input = `${message!.content} `
    const { rows, notes } = await read([
      { id: 1, score: 0, pairs: [{ prompt: '시스템', input, judgement: 'x' }] },
    ])
    expect(notes.format).toBe('keval-testset')
    expect(rows[0]).toMatchObject({ id: '1', label: 0 })
    expect(rows[0]!.input).toEqual({
      messages: [
        { role: 'system', content: '시스템' },
        { role: 'user', content: input },
      ],
      template: 'single-math-v1',
      turns: [{ question: 'Q', answer: 'A', reference: 'R' }],
    })
    const other = await read([{ id: 1, score: 3, pairs: [{ prompt: '', input: 'Rate this.' }] }])
    expect(other.rows[0]!.input).toEqual({
      messages: [{ role: 'user', content: 'Rate this.' }],
      template: null,
      turns: [],
    })
  })

  it('FastChat questions, references and answers, joined by question', async () => {
    const questions = {
      name: 'question.jsonl',
      lines: [{ question_id: 1, category: 'math', turns: ['q1', 'q2'] }],
    }
    const references = {
      name: 'reference_answer/gpt-4.jsonl',
      lines: [{ question_id: 1, model_id: 'gpt-4', choices: [{ index: 0, turns: ['r1', 'r2'] }] }],
    }
    const answers = {
      name: 'model_answer/m.jsonl',
      lines: [
        { question_id: 1, answer_id: 'x', model_id: 'm', choices: [{ index: 0, turns: ['a1', 'a2'] }] },
        { question_id: 9, model_id: 'm', choices: [{ turns: ['a'] }] },
      ],
    }
    const { rows, problems } = await read(questions, references, answers)
    expect(rows).toEqual([
      {
        id: '1',
        category: 'math',
        model: 'm',
        label: null,
        input: {
          turns: [
            { question: 'q1', answer: 'a1', reference: 'r1' },
            { question: 'q2', answer: 'a2', reference: 'r2' },
          ],
        },
      },
    ])
    expect(problems).toEqual([
      {
        file: 'model_answer/m.jsonl',
        line: 2,
        field: 'question_id',
        message: 'no question 9 came before this answer',
      },
    ])
  })

  it('FastChat questions with a reference of their own, as far as they can be held', async () => {
    const question = { question_id: 1, turns: ['q1', 'q2'], reference: ['r1', null] }
    const answer = { question_id: 1, choices: [{ turns: ['a1', 'a2'] }] }
    const { rows } = await read([question], [answer])
    expect(rows[0]!.input.turns).toEqual([
      { question: 'q1', answer: 'a1', reference: 'r1' },
      { question: 'q2', answer: 'a2' },
    ])
    const long = questionLine.parse({ question_id: 2, turns: ['q'.repeat(100_000)] })
    const join = new FastChatJoin()
    const refusals = Array.from({ length: 160 }, () => join.addQuestion(long))
    // a line counts for a little more than its text
    expect(refusals.findIndex((refusal) => refusal !== null)).toBe(159)
    expect(refusals[159]).toMatch(/more than 16000000 characters/)
  })

  it('are refused when unknown, or mixed', async () => {
    expect((await read([{ prompt: 'x' }])).problems[0]!.message).toMatch(/none of the known forms/)
    const mixed = await read([
      { question: 'q', answer: 'a' },
      { question_id: 1, pairs: [pair] },
    ])
    expect(mixed.problems).toMatchObject([
      { line: 2, field: 'question' },
      { line: 2, field: 'answer' },
    ])
  })
})

whenPublished('the published test set', () => {
  it('is recognised row by row, with its labels', async () => {
    const inputs = publishedTestInputs()
    const { rows, problems } = await read(
      inputs.map(({ label, system, user }, index) => ({
        id: index,
        score: label,
        pairs: [{ prompt: system, input: user }],
      })),
    )
    expect(problems).toEqual([])
    expect(rows.map(({ label }) => label)).toEqual(inputs.map(({ label }) => label))
    expect(rows.every(({ input }) => 'messages' in input && input.messages.length === 2)).toBe(true)
  })
})
