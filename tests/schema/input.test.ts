import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { FastChatJoin, questionLine } from '../../schema/evaluation-input/forms/fastchat.ts'
import { maxLineBytes, readLines } from '../../schema/evaluation-input/lines.ts'
import { createNotes, type RowOrProblem, readRows } from '../../schema/evaluation-input/read-rows.ts'
import type { EvaluationRow, InputProblem } from '../../schema/evaluation-input/row.ts'
import { renderMessages } from '../../schema/judge/render.ts'
import { renderMessage } from '../../schema/messages/message.ts'
import { publishedTestInputs, whenPublished } from '../published-data.ts'

async function* chunks(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

async function read(...files: (string | Uint8Array | unknown[] | { name: string; lines: unknown[] })[]) {
  const notes = createNotes()
  const rows: EvaluationRow[] = []
  const problems: InputProblem[] = []
  const inputs = files.map((file) => {
    const lines = typeof file === 'object' && 'lines' in file ? file.lines : file
    const isWhole = typeof lines === 'string' || lines instanceof Uint8Array
    const text = isWhole ? lines : lines.map((line) => JSON.stringify(line)).join('\n')
    const name = typeof file === 'object' && 'name' in file ? file.name : null
    return { name, isReference: /^reference_answer\//.test(name ?? ''), bytes: chunks(text) }
  })
  for await (const item of readRows(inputs, notes)) {
    if ('row' in item) rows.push(item.row)
    else problems.push(item.problem)
  }
  return { rows, problems, notes }
}

const emptyAnswer = renderMessage({ code: 'answer_empty' }, 'en')

const places = (problems: InputProblem[]) =>
  problems.map(({ line, field, ...problem }) => [line, field, renderMessage(problem, 'en')])

describe('questions to be joined with answers', () => {
  it('are held up to a bound, however short they are', async () => {
    const lines = Array.from({ length: 90_000 }, (_, id) => ({ question_id: id, turns: ['?'] }))
    const { problems } = await read(lines)
    expect(problems[0]).toMatchObject({ field: 'line', code: 'join_buffer_full' })
    expect(problems[0]!.line).toBeGreaterThan(50_000)
  })
})

describe('lines', () => {
  const lines = async (text: string | Uint8Array) => {
    const found = []
    for await (const { number, text: line } of readLines(chunks(text, 3))) found.push([number, line])
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
    expect((await readLines([longest]).next()).value?.text).toHaveLength(maxLineBytes)
    await expect(readLines([longest, new Uint8Array(1)]).next()).rejects.toThrow('line_too_long')
  })
})

describe('our own form', () => {
  it('is read with everything it may have', async () => {
    const { rows, problems, notes } = await read([
      { question: '질문', answer: '답' },
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
    expect([notes.format, [...notes.ignoredFields.names]]).toEqual(['keval-edge', ['note']])
    expect(rows).toEqual([
      {
        id: '1',
        idIsGiven: false,
        category: null,
        model: null,
        label: null,
        input: { turns: [{ question: '질문', answer: '답' }] },
      },
      {
        id: '7',
        idIsGiven: true,
        category: 'math',
        model: 'm',
        label: 0,
        input: { turns: [{ question: '1+1?', answer: '2', reference: '2' }] },
      },
      {
        id: '3',
        idIsGiven: false,
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
    expect(rows.map(({ idIsGiven }) => idIsGiven)).toEqual([false, true])
    expect(places(problems)).toEqual([
      [2, 'line', 'is not a JSON object'],
      [3, 'question', 'must not be empty'],
      [3, 'answer', 'must be a string'],
      [4, 'answer', emptyAnswer],
      [5, 'line', 'is not a JSON object'],
      [6, 'label', 'must be a number from 0 to 10'],
      [7, 'label', 'must be a number from 0 to 10'],
      [9, 'turns.0.answer', emptyAnswer],
      [10, 'question', 'must be left out when turns is given'],
      [10, 'answer', 'must be left out when turns is given'],
    ])
  })
})

describe('an answer that is missing, empty or blank', () => {
  const question = '질문'
  const given = { question, answer: '답' }
  const prompt = (gen: unknown) => ({ pairs: [{ prompt: question, gen }] })
  it.each([
    ['answer', [given, { question }, { question, answer: null }, { question, answer: ' \n' }]],
    ['turns.1.answer', [{ turns: [given, { question }] }]],
    ['pairs.0.gen', [prompt(null), prompt('')]],
    ['outputs.0', [{ questions: [question], outputs: [''] }]],
    ['output', [{ instruction: question, output: '' }]],
    ['resps.0.0', [{ doc_id: 1, doc: {}, arguments: [[question]], resps: [['']] }]],
    [
      'messages.2.content',
      [
        {
          messages: [
            { role: 'system', content: 's' },
            { role: 'user', content: question },
            { role: 'assistant', content: null },
          ],
        },
      ],
    ],
    [
      'choices.0.turns.0',
      [
        { question_id: 1, turns: [question] },
        { question_id: 1, model_id: 'm', choices: [{ turns: [''] }] },
      ],
    ],
  ] as [string, object[]][])('(%s) is refused, judged or skipped, as is chosen', async (field, lines) => {
    const text = lines.map((line) => JSON.stringify(line)).join('\n')
    const open = async (empty?: 'judge' | 'skip') => {
      const notes = createNotes()
      const items: RowOrProblem[] = []
      const file = { name: null, isReference: false, bytes: chunks(text) }
      for await (const item of readRows([file], notes, { empty })) items.push(item)
      const problems = items.flatMap((item) => ('problem' in item ? [item.problem] : []))
      return { problems, rows: items.length - problems.length, skipped: notes.skippedRows }
    }
    const { problems, rows } = await open()
    expect(problems.length).toBeGreaterThan(0)
    for (const problem of problems) expect(problem).toMatchObject({ field, code: 'answer_empty' })
    expect(await open('judge')).toEqual({ problems: [], rows: rows + problems.length, skipped: 0 })
    expect(await open('skip')).toEqual({ problems: [], rows, skipped: problems.length })
  })
})

describe('what is not given', () => {
  it('is null or empty', async () => {
    const none = { id: null, category: '', model: null, label: null, reference: null }
    const { rows, problems } = await read([
      { ...none, question: 'q', answer: 'a', turns: null },
      {
        ...none,
        id: '',
        question: null,
        answer: null,
        turns: [{ question: 'q1', answer: 'a1', reference: null }],
      },
    ])
    expect(problems).toEqual([])
    expect(rows).toMatchObject([
      {
        id: '1',
        idIsGiven: false,
        category: null,
        model: null,
        label: null,
        input: { turns: [{ question: 'q' }] },
      },
      { id: '2', idIsGiven: false, input: { turns: [{ question: 'q1', answer: 'a1' }] } },
    ])
  })

  it('makes no id: two files without ids have none in common', async () => {
    const rows = [{ question: 'q', answer: 'a' }]
    const { rows: read_, problems } = await read(
      { name: 'a.jsonl', lines: rows },
      { name: 'b.jsonl', lines: rows },
    )
    expect(problems).toEqual([])
    expect(read_.map(({ model }) => model)).toEqual(['a', 'b'])
  })

  it('is named where it stands beside what is read', async () => {
    const { notes } = await read([
      { question: 'q', answer: 'a', score: 7, metadata: { x: 1 }, note: null },
      { turns: [{ question: 'q', answer: 'a', comment: 'x' }] },
    ])
    expect([...notes.ignoredFields.names]).toEqual(['score', 'metadata', 'turns.comment'])
  })
})

describe('names', () => {
  it('are one however they are composed', async () => {
    const row = { question: 'q', answer: 'a' }
    const { rows } = await read([
      { ...row, category: '수학', model: '모델' },
      { ...row, category: '수학'.normalize('NFD'), model: ' 모델 '.normalize('NFD') },
    ])
    expect(new Set(rows.map(({ category, model }) => `${category} ${model}`))).toEqual(new Set(['수학 모델']))
  })
})

describe('files', () => {
  const table = 'id,질문,답변,score,label\r\n1,"질문, ""하나""\n둘",답,3,7\r\n2,q,"a",,\r\n'
  const expected = [
    {
      id: '1',
      idIsGiven: true,
      label: 7,
      input: { turns: [{ question: '질문, "하나"\n둘', answer: '답' }] },
    },
    { id: '2', label: null, input: { turns: [{ question: 'q', answer: 'a' }] } },
  ]

  it('of separated values are read with their quotes and marks', async () => {
    for (const text of [`\ufeff${table}`, table.replaceAll('\r', '')]) {
      const { rows, problems, notes } = await read(text)
      expect(problems).toEqual([])
      expect(rows).toMatchObject(expected)
      expect([...notes.ignoredFields.names]).toEqual(['score'])
      const columns = { id: 'id', 질문: 'question', 답변: 'answer', label: 'label' }
      expect(notes.files).toMatchObject([{ container: 'csv', columns }])
    }
    const tabs = await read('question_1\tanswer_1\tquestion_2\tanswer_2\nq1\ta1\tq2\ta2\nq\ta\t\t\n')
    expect(tabs.rows.map(({ input }) => input.turns.length)).toEqual([2, 1])
  })

  it.each([
    ['a,b,question,answer\n1,2,3\n', 2, 'line', 'has 3 cells, but the header has 4'],
    ['질문,답변\nq,\n', 2, '답변', emptyAnswer],
    ['질문,답변,라벨\nq,a,높음\n', 2, '라벨', 'must be a number from 0 to 10'],
    ['question,answer\nq,"a\n', 2, 'line', 'has a cell with an unclosed quote'],
    ['question,answer\nq,a"b\n', 2, 'line', 'has a quote inside an unquoted cell'],
    ['question,질문,answer\nq,q,a\n', 1, 'line', 'has a duplicate column: 질문'],
    ['{"question":"q","answer":"a","label":NaN}', 1, 'line', 'is not JSON: use null instead of NaN'],
    ['{"question":"NaN","answer":NaN}', 1, 'line', 'is not JSON: use null instead of NaN'],
    ['[{"question":"q","answer":"a"},\n{"question":"q"}]', 2, 'answer', emptyAnswer],
    ['[{"question":"q","answer":"a"}', 1, 'line', 'ends before the array is closed'],
    ['이름,나이\n가,1\n나,2\n', 1, 'line', 'is not a header with a question and an answer column'],
    [
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      1,
      'line',
      renderMessage({ code: 'lfs_pointer' }, 'en'),
    ],
    ['{"question":"\\ud800","answer":"a"}', 1, 'question', 'must be UTF-8 text without lone surrogates'],
  ])('%j are refused by line and field', async (text, line, field, message) => {
    expect(places((await read(text)).problems)).toEqual([[line, field, message]])
  })

  it('are read compressed, and in CP949 where that is named', async () => {
    const zipped = (bytes: Uint8Array) => gzipSync(bytes)
    const open = async (bytes: Uint8Array, charset?: 'cp949') => {
      const notes = createNotes()
      const items = []
      for await (const item of readRows([{ name: null, isReference: false, bytes: chunks(bytes) }], notes, {
        charset,
      })) {
        items.push(item)
      }
      return { items, notes }
    }
    const { items, notes } = await open(zipped(new TextEncoder().encode(table)))
    expect(items).toMatchObject(expected.map((row) => ({ row })))
    expect(notes.files).toMatchObject([{ gzip: true, container: 'csv' }])
    // 질문,답변 / 가,나
    const korean = Uint8Array.from([
      0xc1, 0xfa, 0xb9, 0xae, 0x2c, 0xb4, 0xe4, 0xba, 0xaf, 10, 0xb0, 0xa1, 0x2c, 0xb3, 0xaa, 10,
    ])
    expect((await open(korean, 'cp949')).items).toMatchObject([
      { row: { input: { turns: [{ question: '가', answer: '나' }] } } },
    ])
    expect((await open(korean)).items).toMatchObject([{ problem: { line: 1, code: 'file_not_utf8' } }])
    const cut = zipped(new TextEncoder().encode(table)).subarray(0, 40)
    expect((await open(cut)).items.at(-1)).toMatchObject({
      problem: { code: 'broken_gzip_file' },
    })
    for (const utf16 of [
      [0x7b, 0, 0x7d, 0],
      [0, 0x7b, 0, 0x7d],
    ])
      expect((await open(Uint8Array.from(utf16))).items).toMatchObject([{ problem: { code: 'file_utf16' } }])
  })
})

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
