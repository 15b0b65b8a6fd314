import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { getCategoryTemperature } from '../../client/answering/category-temperature.ts'
import { readQuestions } from '../../client/answering/read-questions.ts'
import { splitReasoning } from '../../client/answering/reasoning.ts'
import { parseRetryAfter, toRetryDelay } from '../../client/api/retry-delay.ts'
import { startCommand } from './command.ts'
import { complete, delta, fail, startTargetServer, stream, type TargetServer } from './target-server.ts'

let target: TargetServer
let folder: string

beforeAll(async () => {
  target = await startTargetServer()
})
afterAll(() => target.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keval-answering-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  const { behaviour: _, ...fresh } = { ...target, requests: [], authorizations: [], arrivals: [], next: [] }
  Object.assign(target, fresh)
  target.behaviour = (request, response, raw) =>
    complete(`답: ${request.messages.at(-1)!.content}`)(request, response, raw)
})

const questions = [
  { question_id: 81, category: 'writing', turns: ['첫 질문', '이어진 질문'] },
  { question_id: 82, category: 'math', turns: ['2 + 3은?'], reference: ['5'] },
]

function start(args: string[], rows: object[] = questions, environment: Record<string, string> = {}) {
  const file = join(folder, 'question.jsonl')
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const out = join(folder, 'answers.jsonl')
  const fixed = ['--target', target.url, '--target-model', 'org/model', '--questions', file, '--out', out]
  const started = startCommand(['answer', ...fixed, ...args], { XDG_CACHE_HOME: folder, ...environment })
  return { ...started, out, journal: `${out}.journal` }
}

const readRows = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

describe('keval answer', () => {
  it('asks both turns, the first answer in the context of the second, and writes rows to be judged', async () => {
    const options = ['--system', '짧게 답하세요.', '--target-seed', '7', '--stop', '###', '--stop', '끝']
    const body = '{"chat_template_kwargs":{"enable_thinking":false}}'
    const run = start([...options, '--extra-body', body, '--concurrency', '1'], questions, {
      KEVAL_TARGET_API_KEY: 'target-key',
    })
    const { code, err } = await run.ended
    expect(code, err).toBe(0)
    expect(readRows(run.out)).toEqual([
      {
        id: '81',
        category: 'writing',
        model: 'org/model',
        turns: [
          { question: '첫 질문', answer: '답: 첫 질문' },
          { question: '이어진 질문', answer: '답: 이어진 질문' },
        ],
      },
      {
        id: '82',
        category: 'math',
        model: 'org/model',
        question: '2 + 3은?',
        answer: '답: 2 + 3은?',
        reference: '5',
      },
    ])
    expect(target.requests[1]).toEqual({
      model: 'org/model',
      messages: [
        { role: 'system', content: '짧게 답하세요.' },
        { role: 'user', content: '첫 질문' },
        { role: 'assistant', content: '답: 첫 질문' },
        { role: 'user', content: '이어진 질문' },
      ],
      temperature: 0.8,
      max_tokens: 2048,
      stream: true,
      seed: 7,
      stop: ['###', '끝'],
      chat_template_kwargs: { enable_thinking: false },
    })
    expect(target.authorizations[0]).toBe('Bearer target-key')
  })

  it('takes the temperature of the category, and several samples with seeds of their own', async () => {
    const run = start(['--target-temperature', 'mt-bench', '--samples', '2', '--target-seed', '1'])
    expect((await run.ended).code).toBe(0)
    const asked = target.requests.map(({ temperature, seed, messages }) => [
      messages[0]!.content,
      temperature,
      seed,
    ])
    expect(asked).toContainEqual(['첫 질문', 0.7, 1])
    expect(asked).toContainEqual(['2 + 3은?', 0, 2])
    expect(readRows(run.out).map(({ id }) => id)).toEqual(['81#1', '81#2', '82#1', '82#2'])
  })

  it('tries again after 429, 500, a broken, an empty and a cut body, and holds back as long as it is told', async () => {
    target.next = [
      fail(429, { 'retry-after': '1' }),
      fail(500),
      (_, response) => response.end('{"choices":[]}'),
      (_, response) => response.end('{"choices":[{"mess'),
      (_, response) => response.destroy(),
    ]
    const { ended, out } = start(['--concurrency', '1'])
    const { code, err } = await ended
    expect(code, err).toBe(0)
    // longer than any backoff of a first attempt; timers may be a little early
    expect(target.arrivals[1]! - target.arrivals[0]!).toBeGreaterThan(950)
    expect(target.requests).toHaveLength(8)
    expect(readRows(out)).toHaveLength(2)
  })

  it('reads streams, and asks again for one that broke off', async () => {
    const whole = [
      delta({ role: 'assistant', content: '' }),
      delta({ reasoning_content: '생' }),
      delta({ reasoning_content: '각' }),
      delta({ content: '좋은 ' }),
      delta({ content: '답' }, ''),
      delta({}, 'stop'),
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
    ]
    target.behaviour = stream(whole)
    target.next = [
      stream(whole.slice(0, 4), 'cut'),
      stream(whole.slice(0, 4), 'nothing'),
      // an empty reason does not end an answer, whatever follows
      stream(whole.slice(0, 5), 'done'),
      stream([{ error: { message: 'out of memory' } }]),
    ]
    const { ended, out, journal } = start(['--concurrency', '1'], [{ question: '질문' }])
    const { code, err } = await ended
    expect(code, err).toBe(0)
    expect(target.requests).toHaveLength(5)
    expect(readRows(out)[0].answer).toBe('좋은 답')
    const usage = { prompt_tokens: 3, completion_tokens: 4 }
    expect(readRows(journal)[1]).toMatchObject({ reasoning: '생각', finish_reason: 'stop', usage })
    const plain = start(['--no-stream', '--out', join(folder, 'plain.jsonl')], [{ question: '질문' }])
    await plain.ended
    expect(target.requests.at(-1)).not.toHaveProperty('stream')
  })

  it('gives up a request that hangs', async () => {
    target.next = [() => {}]
    const { ended } = start(['--timeout', '1', '--concurrency', '1'])
    expect((await ended).code).toBe(0)
    expect(target.requests).toHaveLength(4)
  })

  it('keeps reasoning apart, and judges it only when asked', async () => {
    target.behaviour = complete('<think>\n5가 맞다\n</think>\n\n5입니다.')
    target.next = [complete({ content: '파도', reasoning_content: '바다를 생각한다' })]
    const run = start(['--concurrency', '1'])
    await run.ended
    expect(
      readRows(run.out).map(
        ({ turns, answer }) => turns?.map(({ answer }: { answer: string }) => answer) ?? answer,
      ),
    ).toEqual([['파도', '5입니다.'], '5입니다.'])
    // what the second turn sees of the first has no reasoning either
    expect(target.requests[1]!.messages[1]).toEqual({ role: 'assistant', content: '파도' })
    expect(readRows(run.journal)[1]).toMatchObject({ answer: '파도', reasoning: '바다를 생각한다' })
    const again = start(['--judge-reasoning'])
    await again.ended
    expect(target.requests).toHaveLength(3)
    expect(readRows(again.out)[1].answer).toBe('<think>\n5가 맞다\n</think>\n\n5입니다.')
  })

  it('counts what is empty, refused, cut and failed, and leaves failed rows out', async () => {
    target.behaviour = (request, ...rest) => {
      const text = request.messages.at(-1)!.content
      if (text === '빈 답') return complete({ content: null })(request, ...rest)
      if (text === '거절') return complete({ content: null, refusal: '답할 수 없습니다.' })(request, ...rest)
      if (text === '긴 답') return complete('끝나지 않는', 'length')(request, ...rest)
      if (text === '너무 긴 질문') return fail(400, {}, '{"error":{"message":"too long"}}')(request, ...rest)
      complete('답')(request, ...rest)
    }
    const rows = ['보통', '빈 답', '거절', '긴 답', '너무 긴 질문'].map((question) => ({ question }))
    const { ended, out } = start(['--json', '--concurrency', '1'], rows)
    const { code, err, out: shown } = await ended
    expect(code).toBe(5)
    expect(err).toMatch(/Answered turns: 4 \(1 empty, 1 refused, 1 cut off at the token limit\)\. Failed: 1/)
    expect(err).toMatch(/turn 1: 400 too long/)
    expect(JSON.parse(shown)).toMatchObject({ rows: 4, answered: 4, empty: 1, refused: 1, cut: 1, failed: 1 })
    expect(readRows(out).map(({ answer }) => answer)).toEqual(['답', '', '답할 수 없습니다.', '끝나지 않는'])
    const skip = start(['--empty', 'skip', '--concurrency', '1'], rows)
    await skip.ended
    expect(readRows(skip.out)).toHaveLength(3)
    expect(await start(['--empty', 'refuse', '--concurrency', '1'], rows).ended).toMatchObject({ code: 4 })
  })

  it.each(['SIGINT', 'SIGKILL'] as const)('goes on after %s without asking twice', async (signal) => {
    const rows = Array.from({ length: 12 }, (_, index) => ({ question: `질문 ${index}` }))
    target.behaviour = (request, response, raw) => {
      if (target.requests.length <= 7) complete('답')(request, response, raw)
    }
    const first = start(['--concurrency', '2'], rows)
    await vi.waitFor(() => expect(target.requests.length).toBe(9), { timeout: 15_000 })
    // the command runs below the one that was started
    if (signal === 'SIGKILL') process.kill(Number(readFileSync(`${first.journal}.lock`, 'utf8')), signal)
    else first.child.kill(signal)
    const ended = await first.ended
    if (signal === 'SIGINT') {
      expect(ended.code).toBe(130)
      expect(ended.err).toMatch(/The answers so far are in .*the same command to continue/)
    } else {
      // a crash may cut the last line off, and leaves the lock behind
      writeFileSync(first.journal, readFileSync(first.journal, 'utf8').slice(0, -5))
    }
    await vi.waitFor(() => expect(isRunning(first.journal)).toBe(false), { timeout: 15_000 })
    const asked = target.requests.length
    target.behaviour = complete('답')
    const second = start([], rows)
    const { code, err } = await second.ended
    expect(code, err).toBe(0)
    expect(target.requests.length - asked).toBe(signal === 'SIGINT' ? 5 : 6)
    expect(readRows(second.out)).toHaveLength(12)
  })

  it('does not mix answers of other settings, and stops when nothing can be had', async () => {
    expect((await start([]).ended).code).toBe(0)
    const other = await start(['--target-temperature', '0']).ended
    expect([other.code, other.err]).toEqual([2, expect.stringMatching(/other settings \(temperature\)/)])
    rmSync(join(folder, 'answers.jsonl.journal'))
    target.behaviour = fail(401, {}, '{"error":{"message":"wrong key"}}')
    target.requests = []
    const refused = await start(['--concurrency', '1']).ended
    expect([refused.code, refused.err]).toEqual([
      4,
      expect.stringMatching(/rejects the requests: 401 wrong key/),
    ])
    expect(target.requests).toHaveLength(1)
    target.behaviour = (_, response) => response.destroy()
    const many = Array.from({ length: 30 }, (_, index) => ({ question: `질문 ${index}` }))
    const silent = await start(['--concurrency', '2', '--retries', '0'], many).ended
    expect([silent.code, silent.err]).toEqual([
      6,
      expect.stringMatching(/did not respond: the connection failed/),
    ])
  })

  // a zombie, as a killed process is in a container whose first process does not reap
  it.runIf(process.platform === 'linux')(
    'goes on where the process that has the lock has ended',
    async () => {
      const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      try {
        const pid = String(await new Promise((resolve) => parent.stdout.once('data', resolve))).trim()
        await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /), {
          timeout: 10_000,
        })
        writeFileSync(join(folder, 'answers.jsonl.journal.lock'), pid)
        const { code, err } = await start([]).ended
        expect(code, err).toBe(0)
      } finally {
        parent.kill()
      }
    },
  )

  it.each([
    [['--target', 'http://user:pw@127.0.0.1/v1'], /cannot be used as a target/],
    [['--extra-body', '[]'], /must be a JSON object/],
    [['--extra-body', '{"messages":[]}'], /must not set messages/],
    [['--target-key-env', 'UNSET_VARIABLE'], /UNSET_VARIABLE is not set/],
    [['--samples', '0'], /--samples must be a whole number of at least 1/],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await start(args).ended
    expect([code, err]).toEqual([2, expect.stringMatching(message)])
    expect(target.requests).toHaveLength(0)
  })

  it('says what to do when a public set cannot be fetched', async () => {
    const { code, err } = await start(['--questions', 'ko-bench'], questions, {
      HF_ENDPOINT: 'http://127.0.0.1:65534',
    }).ended
    expect([code, err]).toEqual([
      4,
      expect.stringMatching(/could not be fetched .*use a local file: --questions FILE/),
    ])
  })
})

function isRunning(journal: string): boolean {
  try {
    process.kill(Number(readFileSync(`${journal}.lock`, 'utf8')), 0)
    return true
  } catch {
    return false
  }
}

describe('questions', () => {
  const read = (...lines: unknown[]) =>
    readQuestions(Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')))

  it('are read in every form', () => {
    const { questions, problems } = read(
      { id: 'a', question: '질문', reference: null },
      { id: 1, category: '수학(Math)', questions: ['하나', '둘'], references: ['1', null] },
      { question_id: 81, turns: ['하나', '둘'], reference: ['가', ''] },
      { id: 'b', turns: [{ question: '하나', reference: '1' }] },
      { question_id: 'c', pairs: [{ prompt: '하나', refer: '1', gen: '옛 답' }] },
    )
    expect(problems).toEqual([])
    expect(questions.map(({ id, turns, references }) => [id, turns, references])).toEqual([
      ['a', ['질문'], [null]],
      ['1', ['하나', '둘'], ['1', null]],
      ['81', ['하나', '둘'], ['가', null]],
      ['b', ['하나'], ['1']],
      ['c', ['하나'], ['1']],
    ])
    expect(readQuestions(Buffer.from('[{"question":"질문"}]')).questions).toHaveLength(1)
  })

  it('take references of a file, and name what is wrong by line', () => {
    const question = Buffer.from(
      '{"question_id":1,"turns":["a","b"]}\n{"question_id":1,"turns":["c"]}\n{"text":"x"}\n[1]\n{',
    )
    const reference = Buffer.from(
      '{"question_id":1,"choices":[{"turns":["r"]}]}\n{"question_id":9,"choices":[{"turns":["r"]}]}',
    )
    expect(readQuestions(question, reference).problems).toEqual([
      'line 2: id 1 was used before',
      'line 3: none of question, questions, turns or pairs is given',
      'line 4: is not a JSON object',
      'line 5: is not JSON',
      expect.stringMatching(/reference line 2: there is no question 9/),
    ])
    const short = readQuestions(Buffer.from('{"question_id":1,"turns":["a","b"]}'), reference)
    expect(short.problems[0]).toBe('reference line 1: has 1 turns where the question has 2')
    expect(readQuestions(Buffer.from([0xb0, 0xa1])).problems).toEqual(['the file is not UTF-8'])
  })
})

it.each([
  ['답', '답', null],
  ['<think>\n생각\n</think>\n\n답', '답', '생각'],
  ['<think>\n\n</think>\n\n답', '답', null],
  ['<think>끝나지 않은 생각', '', '끝나지 않은 생각'],
  ['템플릿이 연 생각</think>답', '답', '템플릿이 연 생각'],
  ['예: `<think>a</think>` 태그', '예: `<think>a</think>` 태그', null],
])('splits %j', (text, answer, reasoning) => {
  expect(splitReasoning(text)).toEqual({ answer, reasoning })
})

it('reads Retry-After and adds jitter', () => {
  expect([parseRetryAfter('2'), parseRetryAfter(null), parseRetryAfter('soon')]).toEqual([2000, null, null])
  expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 4000)).toBe(6000)
  expect(toRetryDelay(0, 2000, () => 0.5)).toBeGreaterThan(2000)
  expect(toRetryDelay(3, null, () => 1)).toBe(4050)
})

it.each([
  ['수학(Math)', 0],
  ['Writing', 0.7],
  ['stem', 0.1],
  [null, 0.7],
])('%s: temperature %d', (category, temperature) => {
  expect(getCategoryTemperature(category)).toBe(temperature)
})
