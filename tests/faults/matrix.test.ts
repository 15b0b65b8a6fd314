import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningGateway, startGateway } from '../built-gateway.ts'
import { parseEvents } from './events.ts'
import { type Behaviour, type FaultyNode, faultyNode } from './faulty-node.ts'
import { checkPage, type Row } from './reliability-page.ts'

const behaviours: Behaviour[] = [
  'well',
  'refuses connections',
  'resets',
  'stalls before headers',
  'stalls mid-answer',
  'cuts mid-answer',
  'ends without finish_reason',
  'ends without [DONE]',
  'names a revision',
  '429 with Retry-After',
  '429 without Retry-After',
  '500',
  '503 draining',
  'bad JSON',
  'HTML with 200',
  'endless answer',
  'one byte a second',
  'wrong model',
  'no rating',
  'truncated',
  'empty answer',
  'too long',
]
const cases = behaviours.flatMap((behaviour) =>
  [false, true].flatMap((stream) => [1, 2].map((nodes) => ({ behaviour, stream, nodes }))),
)

const rows = new Map<number, Row>()
let gateway: RunningGateway
let steady: FaultyNode
let serial = 0

beforeAll(async () => {
  steady = await faultyNode('steady')
  gateway = await startGateway({
    NODES: steady.url,
    NODE_TIME_LIMITS: JSON.stringify({
      answerMs: 1_500,
      bodyMs: 1_200,
      firstEventMs: 1_500,
      betweenEventsMs: 1_200,
      totalMs: 5_000,
    }),
  })
  const plan = { name: 'Faults', models: null, concurrent: 16, evaluation_rows: 1, retention_days: 1 }
  const limits = { ...plan, requests_per_minute: 10_000, tokens_per_day: 1_000_000_000 }
  expect((await gateway.operator('/admin/v1/plans/demo', limits, 'PUT')).ok).toBe(true)
})
afterAll(async () => {
  await gateway.stop()
  await steady.close()
})

/** Good requests earn the retries that the cases before have used up. */
async function earnRetries(): Promise<void> {
  const good = await Promise.all(
    Array.from({ length: 10 }, () =>
      gateway.call('/v1/judgments', { model: 'steady', question: '질문', answer: `답 ${serial++}` }),
    ),
  )
  expect(good.map(({ status }) => status)).toEqual(good.map(() => 200))
}

async function register(id: string, node: FaultyNode, weight: number): Promise<void> {
  const response = await gateway.operator('/admin/v1/nodes', { id, url: node.url, weight })
  expect(response.status).toBe(201)
}

async function findOutcome(
  response: Response,
): Promise<{ code: string; verdict: string | null; text: string }> {
  const body = await response.text()
  if (!/event-stream/.test(response.headers.get('content-type') ?? '')) {
    const { code = '', verdict = null } = JSON.parse(body)
    return { code, verdict, text: '' }
  }
  const events = parseEvents(body)
  const last = events.at(-1)
  const text = events.filter(({ name }) => name === 'explanation.delta').map(({ data }) => data.delta)
  if (last?.name === 'done') {
    return { code: '', verdict: events.at(-2)?.data.verdict ?? null, text: text.join('') }
  }
  expect(last?.name, 'a stream that breaks ends in an error event').toBe('error')
  expect(events.some(({ name }) => name === 'judgment' || name === 'done')).toBe(false)
  return { code: last?.data.code ?? '', verdict: null, text: text.join('') }
}

it.each(cases)('$behaviour, stream $stream, nodes $nodes', async (fault) => {
  const { behaviour, stream, nodes } = fault
  await earnRetries()
  const model = `model-${serial++}`
  const faulty = await faultyNode(model, behaviour)
  const healthy = await faultyNode(model, 'well')
  // the weights make the faulty node the first choice
  await register(`${model}-faulty`, faulty, 100)
  if (nodes === 2) await register(`${model}-healthy`, healthy, 0.01)
  if (behaviour === 'refuses connections') await faulty.close()
  try {
    const request = { model, question: '대한민국의 수도는?', answer: '서울입니다.', stream }
    const response = await gateway.call('/v1/judgments', request)
    const outcome = await findOutcome(response)
    const [list, usage, repeat] = await Promise.all([
      gateway.call(`/v1/judgments?model=${model}`).then((answer) => answer.json()),
      gateway.call(`/v1/usage?model=${model}`).then((answer) => answer.json()),
      gateway.call(
        '/v1/judgments',
        { ...request, stream: false },
        { headers: { 'cache-control': 'only-if-cached' } },
      ),
    ])
    const stored = (list as { data: { verdict: string }[] }).data.map(({ verdict }) => verdict)
    const used = (usage as { data: Record<string, number>[] }).data[0] ?? {}
    const charged = (used.prompt_tokens ?? 0) + (used.completion_tokens ?? 0)
    const calls = `${faulty.calls.length}${nodes === 2 ? ` + ${healthy.calls.length}` : ''}`

    // what must hold whatever happens
    expect(stored).toEqual(outcome.verdict === null ? [] : [outcome.verdict])
    expect(repeat.status).toBe(outcome.verdict === 'rated' ? 200 : 504)
    expect(used.failed).toBe(outcome.verdict === null ? 1 : 0)
    expect(charged > 0).toBe(outcome.verdict !== null)
    if ([429, 503].includes(response.status)) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    if (nodes === 2 && behaviour !== 'well' && response.status >= 500) {
      expect.unreachable('with a healthy node beside it, nothing fails before the first text')
    }
    rows.set(cases.indexOf(fault), {
      fault: behaviour,
      mode: stream ? 'stream' : 'plain',
      nodes,
      status: response.status,
      result: outcome.code || outcome.verdict || '',
      shown: outcome.code !== '' && outcome.text !== '',
      stored: stored[0] ?? 'attempt only',
      cached: repeat.status === 200,
      charged,
      calls,
    })
  } finally {
    for (const id of [`${model}-faulty`, ...(nodes === 2 ? [`${model}-healthy`] : [])]) {
      await gateway.operator(`/admin/v1/nodes/${id}`, undefined, 'DELETE')
    }
    await Promise.all([faulty.close(), healthy.close()])
  }
})

it('is what docs/RELIABILITY.md says', () => {
  expect(rows.size).toBe(cases.length)
  checkPage(cases.map((_, index) => rows.get(index)!))
})
