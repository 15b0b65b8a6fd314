import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type EvaluatingGateway, startEvaluating } from '../evaluations/gateway.ts'
import { type JudgingNode, judgingNode } from '../evaluations/judging-node.ts'
import { commandFile, startCommand } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'keval-command-'))
let node: JudgingNode
let gateway: EvaluatingGateway

beforeAll(async () => {
  node = await judgingNode('judge')
  gateway = await startEvaluating({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
  rmSync(folder, { recursive: true, force: true })
})
afterEach(() => {
  node.delayMs = 0
  node.write = () => '좋은 답입니다.\n\nRating: [[8]]'
})

const start = (
  args: string[],
  environment: Record<string, string> = {},
  input?: string | null,
  program?: string[],
) => startCommand(args, { XDG_CONFIG_HOME: folder, ...environment }, input, program)
const keval = (...args: string[]) => start(args).ended

function file(name: string, rows: object[]): string {
  const path = join(folder, name)
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'))
  return path
}
const makeRows = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: index,
    category: index % 2 === 0 ? 'writing' : 'roleplay',
    question: `질문 ${index}`,
    answer: `${name} ${index}`,
  }))

describe('keval', () => {
  it('says how to sign in before anything else', async () => {
    const { code, err } = await keval('list')
    expect([code, err]).toEqual([2, expect.stringContaining('keval login')])
  })

  it.each([
    ['KEVAL_API_KEY', 'kev_live_first\nkev_live_second'],
    ['KEVAL_API_KEY', '키값한글'],
  ])('names %s where no header takes it, and does not repeat it', async (name, key) => {
    const environment = { KEVAL_URL: gateway.url, [name]: key }
    for (const args of [['list'], ['login']]) {
      const { code, out, err } = await start(args, environment).ended
      expect([code, err]).toEqual([2, expect.stringContaining(name)])
      for (const line of key.split('\n')) expect(out + err).not.toContain(line)
    }
  })

  it('signs in, keeping the key for its user alone, and judges', async () => {
    const sessionApi = await start(['login', '--url', gateway.url], {}, `${gateway.key}\n`).ended
    expect(sessionApi, sessionApi.err).toMatchObject({
      code: 0,
      out: expect.stringContaining('Models: judge'),
    })
    expect(sessionApi.out).not.toContain(gateway.key)
    expect(statSync(join(folder, 'keval/config.json')).mode & 0o777).toBe(0o600)

    expect(await keval('list')).toMatchObject({ code: 0, out: expect.stringMatching(/^There are no/) })
    expect(await keval('leaderboard')).toMatchObject({ code: 0, out: expect.stringMatching(/^No completed/) })

    const judged = await keval('judge', '--question', '수도는?', '--answer', '서울')
    expect(judged).toMatchObject({ code: 0, out: 'Rating: 8\n\n좋은 답입니다.\n' })
    const asJson = await keval('judge', '--question', '수도는?', '--answer', '서울', '--json')
    expect(JSON.parse(asJson.out)).toMatchObject({ object: 'judgment', rating: 8 })
    node.write = () => '판단할 수 없습니다.'
    expect(await keval('judge', '--question', '수도는?', '--answer', '모름')).toMatchObject({ code: 5 })
  })

  it('previews, evaluates to the table, reports, compares and ranks', async () => {
    const path = file('org__model__result.jsonl', makeRows('첫 답', 60))
    const preview = await keval('eval', path, '--preview')
    expect(preview.out).toMatch(/60 rows in the format keval-edge[\s\S]*Nothing was started/)

    const first = await keval('eval', path, '--wait')
    expect(first, first.err).toMatchObject({ code: 0 })
    expect(first.err).toMatch(/100% · 60\/60/)
    expect(first.out).toMatch(/org\/model · dataset org\/model v1 · judge judge · ko-bench · completed/)
    expect(first.out).toMatch(/Summary\n\s+score .*\n\s+80\.0% /)
    const a = /evl_\w+/.exec(first.out)![0]

    node.write = () => 'Rating: [[5]]'
    const other = file('other.jsonl', makeRows('둘째 답', 60))
    const second = JSON.parse((await keval('eval', other, '--json', '--wait')).out)
    expect(second).toMatchObject({ object: 'evaluation.report', name: 'other', summary: { score: 0.5 } })

    const compared = await keval('compare', a, second.id)
    expect(compared.out).toMatch(/rating\s+60\s+-3\.00/)
    expect(compared.out).toMatch(/writing\s+30\s+8\.00\s+5\.00\s+-3\.00/)
    expect(compared.out).toMatch(/! The 95% interval does not include 0/)
    const page = await keval('compare', a, second.id, '--format', 'html', '--language', 'ko')
    expect(page.out).toMatch(/^<!doctype html>\n<html lang="ko">/)
    expect((await keval('compare', a, second.id, '--format', 'pdf')).code).toBe(2)
    const board = JSON.parse((await keval('leaderboard', '--json')).out)
    expect(board.map(({ model, rank }: { model: string; rank: number }) => [model, rank])).toEqual([
      ['org/model', 1],
      ['other', 2],
    ])
    expect((await keval('report', a, '--format', 'html')).out).toMatch(/^<!doctype html>/)
    expect((await keval('report', a, '--language', 'ko')).out).toMatch(/\n요약\n\s+점수/)
    expect((await keval('report', a, '--format', 'html', '--language', 'ko')).out).toContain(
      '<html lang="ko">',
    )
    const wrong = await keval('report', a, '--language', 'fr')
    expect([wrong.code, wrong.err]).toEqual([2, '--language must be en or ko.\n'])
    const results = (await keval('results', a)).out.trim().split('\n')
    expect(results).toHaveLength(60)
    expect((await keval('results', a, '--format', 'jsonl')).out.trim().split('\n')).toEqual(results)
    const refused = await keval('results', a, '--format', 'html')
    expect([refused.code, refused.err]).toEqual([2, '--format must be jsonl or csv.\n'])
    const csv = (await keval('results', a, '--format', 'csv', '--bom')).out.trimEnd().split('\r\n')
    expect([csv.length, csv[0]]).toEqual([61, expect.stringMatching(/^\ufeffrow,id,model/)])
    const withTexts = JSON.parse((await keval('results', a, '--texts')).out.split('\n')[0]!)
    expect(withTexts).toMatchObject({
      question: expect.any(String),
      answer: expect.any(String),
      reference: null,
    })
    const [head] = (await keval('results', a, '--format', 'csv', '--texts')).out.split('\r\n')
    expect(head).toMatch(/,question,answer,reference$/)
  })

  it('leaves the evaluation running at Ctrl-C and says how to come back', async () => {
    node.delayMs = 400
    const { child, shown, ended } = start(['eval', file('slow.jsonl', makeRows('느린 답', 60)), '--wait'])
    await vi.waitFor(() => expect(shown.err).toMatch(/%/), { timeout: 15_000 })
    child.kill('SIGINT')
    const { code, err } = await ended
    expect(code).toBe(130)
    const id = /keval wait (evl_\w+)/.exec(err)![1]!
    node.delayMs = 0
    const back = await keval('wait', id)
    expect(back, back.err).toMatchObject({ code: 0, out: expect.stringContaining('completed') })
  })

  it.each([
    [['eval', join(folder, 'missing.jsonl')], {}, 2, /There is no file/],
    [['nonsense'], {}, 2, /There is no command "keval nonsense"/],
    [['toString'], {}, 2, /There is no command "keval toString"/],
    [['eval', folder], {}, 2, /is not a file/],
    [['eval', '/proc/self/mem'], {}, 2, /cannot be read \(EIO\)/],
    [['list'], { KEVAL_URL: 'https://user:secret@gateway.example' }, 2, /carries no user name/],
    [
      ['list'],
      { KEVAL_URL: 'http://127.0.0.1:1' },
      2,
      /The stored key is for .* is not sent to http:\/\/127.0.0.1:1/,
    ],
    [['list', '--wrong'], {}, 2, /--wrong/],
    [['list'], { KEVAL_API_KEY: 'kev_test_wrong' }, 3, /malformed_api_key/],
    [['wait', 'evl_unknown'], {}, 4, /not_found/],
    [
      ['list'],
      { KEVAL_URL: 'http://127.0.0.1:65534', KEVAL_API_KEY: 'k' },
      6,
      /No gateway answers .*ECONNREFUSED/,
    ],
  ])('%j tells scripts what went wrong', async (args, environment, code, message) => {
    const ended = await start(args, environment).ended
    expect(ended.code, ended.err).toBe(code)
    expect(ended.err).toMatch(message)
    expect(ended.out).toBe('')
  })

  it('answers errors as JSON where it was asked for JSON', async () => {
    const wrong = await keval('wait', 'evl_unknown', '--json')
    expect(JSON.parse(wrong.err)).toMatchObject({ error: { code: 'not_found', status: 404 } })
    const usage = await keval('wait', '--json')
    expect(JSON.parse(usage.err)).toMatchObject({ error: { code: 'usage' } })
    expect([wrong.code, usage.code, wrong.out]).toEqual([4, 2, ''])
  })

  it('accepts an address with /v1', async () => {
    const environment = { KEVAL_URL: `${gateway.url}/v1/`, KEVAL_API_KEY: gateway.key }
    expect(await start(['list'], environment).ended).toMatchObject({ code: 0 })
  })

  it('ends quietly when the reader of its output leaves, and says it when the disk is full', async () => {
    const path = file('long.jsonl', makeRows('긴 답', 300))
    const { id } = JSON.parse((await keval('eval', path, '--json', '--wait')).out)
    const shell = (line: string) =>
      start([], {}, '', ['bash', '--norc', '-c', `"$0" "$1" ${line}`, process.execPath, commandFile]).ended
    const piped = await shell(`results ${id} | head -1 >/dev/null; echo "\${PIPESTATUS[0]}"`)
    expect([piped.err, Number(piped.out)]).toEqual(['', expect.toBeOneOf([0, 141])])
    const full = await shell(`results ${id} >/dev/full`)
    expect(full).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^The output could not be written: no space/),
    })
  })

  it('stops at Ctrl-C while a request is under way', async () => {
    node.delayMs = 20_000
    const { child, ended } = start(['judge', '--question', '느린 질문', '--answer', '답'])
    await vi.waitFor(() => expect(node.underWay).toBe(1), { timeout: 15_000 })
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 130, err: '' })
  })

  it('does not show a key that is typed, and stops at Ctrl-C', async () => {
    const login = `${process.execPath} ${commandFile} login --url ${gateway.url}`
    const terminal = (input: string) => {
      const run = start([], {}, null, ['script', '-qec', login, '/dev/null'])
      void vi
        .waitFor(() => expect(run.shown.out).toContain('API key: '), { timeout: 15_000 })
        .then(() => run.child.stdin!.write(input))
      return run.ended
    }
    const sessionApi = await terminal(`${gateway.key}\r`)
    expect(sessionApi.out).toContain('Signed in at')
    expect(sessionApi.out).not.toContain(gateway.key)
    expect((await terminal('abc\u0003')).code).toBe(130)
  })

  it('shows no control characters of files and gateways', async () => {
    node.write = () => '\u001b[2J좋은\u009b31m 답\u202e입니다.\n\nRating: [[8]]'
    const judged = await keval('judge', '--question', '수도는\u001b?', '--answer', '서울\u001b[31m')
    expect(judged.out).toBe('Rating: 8\n\n [2J좋은 31m 답 입니다.\n')
    const json = await keval('judge', '--question', '수도는\u001b?', '--answer', '서울\u001b[31m', '--json')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come out
    expect(json.out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(JSON.parse(json.out).explanation).toBe('\u001b[2J좋은\u009b31m 답\u202e입니다.')
  })

  it('says which fields are not used', async () => {
    const rows = [{ question: '질문', answer: '답', score: 7, '\u001b[31mx': 1 }]
    const path = file('ignored.jsonl', rows)
    expect((await keval('eval', path, '--preview')).out).toContain('Ignored fields: score,  [31mx.')
    expect((await keval('eval', path)).err).toContain('Ignored fields: score')
    expect((await keval('eval', path, '--wait')).out).toContain('Ignored fields of the file: score')
  })

  it('reads answers from the standard input', async () => {
    const { code, out } = await start(['eval', '-', '--wait'], {}, '{"question":"질문","answer":"답"}\n')
      .ended
    expect([code, out]).toEqual([0, expect.stringContaining('completed')])
  })

  it('reads tables, arrays and compressed files, and shows what each column became', async () => {
    const csv = join(folder, 'table.csv')
    writeFileSync(csv, '\ufeffquestion,answer,memo\r\n"질문, 하나","답 ""하나""",x\r\n질문 둘,답 둘,\r\n')
    const preview = await keval('eval', csv, '--preview')
    expect(preview.out, preview.err).toMatch(
      /table.csv: rows, csv; question, answer\ndataset table \(new questions\)\n2 rows[\s\S]*Ignored fields: memo/,
    )
    const array = join(folder, 'rows.json.gz')
    writeFileSync(array, gzipSync(JSON.stringify([{ question: '질문', answer: '답' }])))
    expect((await keval('eval', array, '--preview')).out).toMatch(/json-array \(gzip\)/)
    const korean = join(folder, 'cp949.csv')
    writeFileSync(
      korean,
      Buffer.from([...Buffer.from('question,answer\n'), 0xb0, 0xa1, 0x2c, 0xb3, 0xaa, 0x0a]),
    )
    expect((await keval('eval', korean, '--preview')).err).toMatch(/is not UTF-8/)
    expect((await keval('eval', korean, '--preview', '--charset', 'cp949')).out).toMatch(/1 rows/)
  })

  it.each([
    ['nan.jsonl', '{"question":"질문","answer":"답","label":NaN}\n', /line 1: .*NaN/],
    ['utf16.jsonl', Buffer.from('{"question":"질문"}', 'utf16le'), /UTF-16/],
    [
      'twice.jsonl',
      '{"id":1,"question":"a","answer":"b"}\n{"id":1,"question":"c","answer":"d"}\n',
      /line 2: id: the ID 1 is already used/,
    ],
    [
      'ids.jsonl',
      '{"question":"a","answer":""}\n{"question":"","answer":"d"}\n',
      /line 2: question: must not be empty/,
    ],
  ])('refuses %s before anything is sent', async (name, text, message) => {
    writeFileSync(join(folder, name), text)
    const nowhere = { KEVAL_URL: 'http://127.0.0.1:65534', KEVAL_API_KEY: 'key' }
    const { code, err } = await start(['eval', join(folder, name)], nowhere).ended
    expect([code, err]).toEqual([4, expect.stringMatching(message)])
  })

  it('refuses a line of several files before anything is sent', async () => {
    const nowhere = { KEVAL_URL: 'http://127.0.0.1:65534', KEVAL_API_KEY: 'key' }
    const good = file('good.jsonl', [{ question: '질문', answer: '답' }])
    const bad = file('bad.jsonl', [{ question: '질문', answer: '답' }, { question: '질문' }])
    const { code, err } = await start(['eval', good, bad], nowhere).ended
    expect([code, err]).toEqual([4, expect.stringMatching(/bad\.jsonl line 2: answer: is missing or empty/)])
    const question = file('q-late.jsonl', [{ question_id: 1, category: 'math', turns: ['2 + 3은?'] }])
    const answer = file('a-early.jsonl', [{ question_id: 1, model_id: 'm', choices: [{ turns: ['5'] }] }])
    const joined = await keval('eval', answer, question, '--preview')
    expect(joined.out, joined.err).toMatch(/1 rows in the format fastchat/)
  })

  it('joins the files of FastChat, the references named as such', async () => {
    const question = file('q.jsonl', [{ question_id: 1, category: 'math', turns: ['2 + 3은?'] }])
    const choices = (text: string) => [{ turns: [text] }]
    const answer = file('llama-preference-dpo.jsonl', [
      { question_id: 1, model_id: 'm', choices: choices('5') },
    ])
    const reference = file('r.jsonl', [{ question_id: 1, model_id: 'gpt-4', choices: choices('5입니다') }])
    const { out, err } = await keval('eval', question, answer, '--references', reference, '--preview')
    expect(out, err).toMatch(/1 rows in the format fastchat, 0 with a label, 1 with a reference/)
  })

  it('names the lines of a file that is refused, one alone only once', async () => {
    const broken = { question: '질문' }
    const { code, err } = await keval('eval', file('broken.jsonl', [broken, broken]))
    expect(code).toBe(4)
    expect(err).toMatch(/line 1: answer: is missing or empty.*\n {2}line 2: answer: is missing or empty/)
    const once = await keval('eval', file('broken-once.jsonl', [broken]))
    expect(once.err.match(/is missing or empty/g), once.err).toHaveLength(1)
    expect(once.err).toMatch(/line 1/)
  })
})
