import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { FastChatJoin, questionLine } from '../../schema/evaluation-input/forms/fastchat.ts'
import { renderMessages } from '../../schema/judge/render.ts'
import { renderMessage } from '../../schema/messages/message.ts'
import { publishedTestInputs, whenPublished } from '../published-data.ts'
import { places, read } from './read-input.ts'

const emptyAnswer = renderMessage({ code: 'answer_empty' }, 'en')

describe('files as other programs save them', () => {
  const texts = { question: '광합성이 무엇인가요? 😀', answer: '양분을 만드는 일입니다; 빛으로' }
  const expected = [{ input: { turns: [texts] } }]

  it('in UTF-16 with a mark, as Excel saves text', async () => {
    const table = `\ufeff질문\t답변\t\r\n${texts.question}\t${texts.answer}\t\r\n`
    const little = Buffer.from(table, 'utf16le')
    const big = Buffer.from(little).swap16()
    for (const bytes of [little, big, gzipSync(little)]) {
      const { rows, problems, notes } = await read(new Uint8Array(bytes))
      expect([problems, rows]).toMatchObject([[], expected])
      expect(notes.files).toMatchObject([{ container: 'tsv' }])
    }
    const broken = await read(Uint8Array.from([0xff, 0xfe, 0x00, 0xd8, 0x7b, 0]))
    expect(broken.problems).toMatchObject([{ code: 'file_not_utf16' }])
  })

  it('as JSON under the names of table columns, in any order', async () => {
    const { prompt, completion } = { prompt: texts.question, completion: texts.answer }
    const { rows, problems, notes } = await read([
      { prompt, completion, seed: 1 },
      { completion: '둘', prompt: '다른 질문' },
      { completion: '', prompt },
    ])
    expect(rows).toMatchObject([...expected, { input: { turns: [{ question: '다른 질문', answer: '둘' }] } }])
    expect(problems).toMatchObject([{ line: 3, field: 'completion', code: 'answer_empty' }])
    expect(notes.files).toMatchObject([
      { format: 'keval-edge', columns: { prompt: 'question', completion: 'answer' } },
    ])
    expect([...notes.ignoredFields.names]).toEqual(['seed'])
    const half = await read([{ question: texts.question, response: texts.answer }])
    expect(half.rows).toMatchObject(expected)
    const two = await read([{ prompt, completion: 'a', response: 'b' }])
    expect(two.problems).toMatchObject([{ line: 1, field: 'line', code: 'unknown_form' }])
  })

  it('with the index of a DataFrame, a column without a name', async () => {
    const { rows, notes } = await read(`,question,answer\n0,질문,답변\n`)
    expect(rows).toHaveLength(1)
    expect([...notes.ignoredFields.names]).toEqual(['""'])
  })

  it('as a page of the datasets server, but not with cells that it has cut', async () => {
    const page = (...rows: object[]) =>
      JSON.stringify({ features: [{ name: 'question' }], rows, num_rows_total: 2 })
    const row = (number: number, value: object, cut: string[] = []) => ({
      row_idx: number,
      row: value,
      truncated_cells: cut,
    })
    const { rows, problems, notes } = await read(page(row(0, texts), row(1, texts, ['answer'])))
    expect(rows).toMatchObject(expected)
    expect(problems).toMatchObject([{ line: 2, field: 'answer', code: 'cell_cut' }])
    expect(notes.files).toMatchObject([{ container: 'datasets-server', format: 'keval-edge' }])
    const chats = {
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: 'a' },
      ],
    }
    expect((await read(page(row(0, chats)))).rows).toHaveLength(1)
  })

  it('in Parquet, named as what it is', async () => {
    const { problems } = await read(new TextEncoder().encode('PAR1\u0015\u0004'))
    expect(problems).toMatchObject([{ code: 'file_parquet' }])
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
      [1, 'pairs.0.gen', emptyAnswer],
      [2, 'pairs', 'must have one or two pairs'],
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
        idIsGiven: true,
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
        code: 'no_question',
        params: { id: '9' },
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
    const long = (id: number) => questionLine.parse({ question_id: id, turns: ['q'.repeat(100_000)] })
    const join = new FastChatJoin()
    const refusals = Array.from({ length: 160 }, (_, id) => join.addQuestion(long(id)))
    // a line counts for a little more than its text
    expect(refusals.findIndex((refusal) => refusal !== null)).toBe(159)
    expect(refusals[159]).toMatchObject({ code: 'join_buffer_full', params: { maximum: 16_000_000 } })
  })

  it('FastChat turns, questions and references that do not meet', async () => {
    const question = { question_id: 1, category: 'math', turns: ['q1', 'q2'] }
    const choices = (...turns: string[]) => [{ index: 0, turns }]
    const references = (...lines: unknown[]) => ({ name: 'reference_answer/gpt-4.jsonl', lines })
    const short = { question_id: 1, choices: choices('r1') }
    const whole = { question_id: 1, choices: choices('r1', 'r2') }
    const refused = async (...files: Parameters<typeof read>) =>
      places((await read(...files)).problems).map(([line, field, message]) => `${line} ${field}: ${message}`)
    expect(await refused([question, question])).toEqual(['2 question_id: question 1 appears twice'])
    expect(await refused([question], [short])).toEqual([
      '1 choices.0.turns: number of answers: 1; number of turns of question 1: 2',
    ])
    expect(await refused([question], references(short))).toEqual([
      '1 choices.0.turns: number of references: 1; number of turns of question 1: 2',
    ])
    expect(await refused([question], references(whole, whole))).toEqual([
      '2 question_id: the reference of question 1 appears twice',
    ])
    expect(await refused([question], references({ ...whole, question_id: 2 }))).toEqual([
      '1 question_id: no question 2 before this reference',
    ])
    expect(await refused([{ ...question, reference: ['r1'] }])).toEqual([
      '1 reference: number of references: 1; number of turns of question 1: 2',
    ])
  })

  it.each<[string, string, object, object]>([
    [
      'results of LogicKor',
      'logickor',
      {
        id: 1,
        category: '수학(Math)',
        questions: ['q1', 'q2'],
        outputs: ['a1', 'a2'],
        references: ['r', null],
        query_single: { judge_score: 8 },
      },
      {
        id: '1',
        category: '수학(Math)',
        input: {
          turns: [
            { question: 'q1', answer: 'a1', reference: 'r' },
            { question: 'q2', answer: 'a2' },
          ],
        },
      },
    ],
    [
      'AlpacaEval',
      'alpaca-eval',
      { instruction: 'q', input: 'text', output: 'a', generator: 'm', dataset: 'helpful_base' },
      { model: 'm', idIsGiven: false, input: { turns: [{ question: 'q\n\ntext', answer: 'a' }] } },
    ],
    [
      'lm-eval samples',
      'lm-eval',
      {
        doc_id: 3,
        doc: { question: 'x' },
        target: '4',
        arguments: { gen_args_0: { arg_0: 'q', arg_1: {} } },
        resps: [['a']],
        filtered_resps: ['b'],
        exact_match: 1,
      },
      { id: '3', input: { turns: [{ question: 'q', answer: 'a', reference: '4' }] } },
    ],
    [
      'samples of lm-eval with a chat template',
      'lm-eval',
      {
        doc_id: 0,
        doc: {},
        target: ['4'],
        arguments: {
          gen_args_0: { arg_0: ['[{"role": "system", "content": "s"}, {"role": "user", "content": "q"}]'] },
        },
        resps: [['a']],
        filtered_resps: ['b'],
        exact_match: 1,
      },
      { id: '0', input: { turns: [{ question: 's\n\nq', answer: 'a' }] } },
    ],
    [
      'chats',
      'messages',
      {
        messages: [
          { role: 'system', content: 's' },
          { role: 'user', content: [{ type: 'text', text: 'q1' }] },
          { role: 'assistant', content: 'a1' },
          { role: 'user', content: 'q2' },
          { role: 'assistant', content: 'a2' },
        ],
        label: 7,
      },
      {
        label: 7,
        input: {
          turns: [
            { question: 'q1', answer: 'a1' },
            { question: 'q2', answer: 'a2' },
          ],
        },
      },
    ],
    [
      'chats of ShareGPT',
      'sharegpt',
      {
        conversations: [
          { from: 'system', value: 's' },
          { from: 'human', value: 'q1' },
          { from: 'gpt', value: 'a1' },
        ],
        model: 'm',
      },
      { model: 'm', input: { turns: [{ question: 'q1', answer: 'a1' }] } },
    ],
    [
      'choices beside question and answer',
      'keval-edge',
      { question: 'q', answer: 'a', choices: ['x', 'y'] },
      { input: { turns: [{ question: 'q', answer: 'a' }] } },
    ],
  ])('%s', async (_, format, record, row) => {
    const { rows, problems, notes } = await read([record])
    expect(problems).toEqual([])
    expect(rows).toMatchObject([row])
    expect(notes.files).toMatchObject([{ format, role: 'rows', container: 'json-lines' }])
    const array = await read(JSON.stringify([record, record], null, 2))
    expect(array.rows[0]).toMatchObject({ input: rows[0]!.input })
    expect(array.notes.files).toMatchObject([{ format, container: 'json-array' }])
    const ignored: Record<string, string[]> = {
      logickor: ['query_single'],
      'alpaca-eval': ['dataset'],
      'lm-eval': Array.isArray((record as { target?: unknown }).target)
        ? ['filtered_resps', 'exact_match', 'target (no text)']
        : ['filtered_resps', 'exact_match'],
      messages: ['messages (system)'],
      sharegpt: ['conversations (system)'],
      'keval-edge': ['choices'],
    }
    expect([...notes.ignoredFields.names]).toEqual(ignored[format])
  })

  it('are refused when unknown, or mixed', async () => {
    expect((await read([{ prompt: 'x' }])).problems[0]!.code).toBe('unknown_form')
    const mixed = await read([
      { question: 'q', answer: 'a' },
      { question_id: 1, pairs: [pair] },
    ])
    expect(mixed.problems).toMatchObject([{ line: 2, field: 'question' }])
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
