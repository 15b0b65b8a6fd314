import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { maxLineBytes, readLines } from '../../schema/evaluation-input/lines.ts'
import { createNotes, type RowOrProblem, readRows } from '../../schema/evaluation-input/read-rows.ts'
import { renderMessage } from '../../schema/messages/message.ts'
import { chunks, places, read } from './read-input.ts'

const emptyAnswer = renderMessage({ code: 'answer_empty' }, 'en')

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

  it('may be nested to any depth', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const { problems } = await read(`{"turns":${deep}}\n{"question":"q","answer":"a","x":${deep}}`)
    expect(problems.map(({ line, field }) => [line, field])).toEqual([[1, 'turns.0']])
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
    const bomb = new TextEncoder().encode(`{"question":"${'a'.repeat(1_000_000)}","answer":"b"}\n`.repeat(33))
    expect((await open(zipped(bomb))).items.at(-1)).toMatchObject({
      problem: { code: 'file_expands_too_far', params: { maximum: 100 } },
    })
    for (const utf16 of [
      [0x7b, 0, 0x7d, 0],
      [0, 0x7b, 0, 0x7d],
    ])
      expect((await open(Uint8Array.from(utf16))).items).toMatchObject([{ problem: { code: 'file_utf16' } }])
  })
})
