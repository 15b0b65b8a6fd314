import pino from 'pino'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { GatewayConnection } from '../../inference-node/joining/tunnel/gateway-connection.ts'
import { type RunningGateway, startGateway } from '../built-gateway.ts'
import { parseEvents } from './events.ts'
import { type Behaviour, type FaultyNode, faultyNode } from './faulty-node.ts'

/** A fault of a node has the same outcome through its own connection as at its address. */

const behaviours: Behaviour[] = [
  'well',
  'resets',
  'stalls before headers',
  'stalls mid-answer',
  'cuts mid-answer',
  'ends without finish_reason',
  'ends without [DONE]',
  '429 with Retry-After',
  '500',
  '503 draining',
  'bad JSON',
  'HTML with 200',
  'wrong model',
  'no rating',
  'truncated',
  'empty answer',
]
const cases = behaviours.flatMap((behaviour) => [false, true].map((stream) => ({ behaviour, stream })))
const toName = (behaviour: Behaviour, stream: boolean) =>
  `${behaviours.indexOf(behaviour)}-${stream ? 'stream' : 'plain'}`

interface Reached {
  model: string
  node: FaultyNode
}

let gateway: RunningGateway
let serial = 0
/** Two nodes of the same behaviour for each case, one at an address and one that connects by itself. */
const pairs = new Map<string, { direct: Reached; outbound: Reached }>()
const connections: GatewayConnection[] = []

beforeAll(async () => {
  gateway = await startGateway({
    NODES: '',
    NODE_TIME_LIMITS: JSON.stringify({
      answerMs: 1_500,
      bodyMs: 1_200,
      firstEventMs: 1_500,
      betweenEventsMs: 1_200,
      totalMs: 5_000,
    }),
  })
  for (const { behaviour, stream } of cases) {
    const name = toName(behaviour, stream)
    const [direct, outbound] = await Promise.all(
      ['direct', 'outbound'].map(async (way) => {
        const model = `${name}-${way}`
        return { model, node: await faultyNode(model, behaviour) }
      }),
    )
    pairs.set(name, { direct: direct!, outbound: outbound! })
    const registered = await gateway.operator('/admin/v1/nodes', { id: direct!.model, url: direct!.node.url })
    expect(registered.status).toBe(201)
    connections.push(await connect(outbound!.model, outbound!.node.url))
  }
  const models = [...pairs.values()].flatMap((pair) => [pair.direct.model, pair.outbound.model])
  await vi.waitFor(
    async () => {
      const { data } = (await (await gateway.call('/v1/models')).json()) as { data: { id: string }[] }
      expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(models))
    },
    { timeout: 60_000, interval: 100 },
  )
})
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.stop()))
  await Promise.all(
    [...pairs.values()].flatMap((pair) => [pair.direct.node.close(), pair.outbound.node.close()]),
  )
  await gateway.stop()
})

/** A node that connects by itself, and answers as the server at an address does. */
async function connect(id: string, url: string): Promise<GatewayConnection> {
  const created = await gateway.operator('/admin/v1/node-join-tokens', {})
  const { token } = (await created.json()) as { token: string }
  const joined = await fetch(`${gateway.url}/nodes/v1/join`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id, url: null, secret: 's'.repeat(32) }),
  })
  const { credential } = (await joined.json()) as { credential: string }
  const connection = new GatewayConnection({
    gateway: gateway.url,
    id,
    credential: () => credential,
    handle: async (request) => {
      const { pathname } = new URL(request.url)
      const body = request.method === 'POST' ? await request.text() : undefined
      const { method, headers, signal } = request
      return fetch(url + pathname, { method, headers, signal, ...(body !== undefined && { body }) })
    },
    log: pino({ level: 'silent' }),
  })
  connection.start()
  return connection
}

async function findOutcome(model: string, stream: boolean) {
  const request = { model, question: '대한민국의 수도는?', answer: `서울 ${serial++}`, stream }
  const response = await gateway.call('/v1/judgments', request)
  const text = await response.text()
  if (!/event-stream/.test(response.headers.get('content-type') ?? '')) {
    const { code = null, verdict = null, text: written = null } = JSON.parse(text)
    return { status: response.status, code, verdict, written }
  }
  const events = parseEvents(text)
  const judgment = events.find(({ name }) => name === 'judgment')?.data
  const last = events.at(-1)!
  return {
    status: response.status,
    code: last.name === 'error' ? last.data.code : null,
    verdict: judgment?.verdict ?? null,
    written: judgment?.text ?? null,
  }
}

it.each(cases)('$behaviour, stream $stream', async ({ behaviour, stream }) => {
  const { direct, outbound } = pairs.get(toName(behaviour, stream))!
  const [one, other] = await Promise.all([
    findOutcome(direct.model, stream),
    findOutcome(outbound.model, stream),
  ])
  expect(other).toEqual(one)
  expect(outbound.node.calls.length).toBeGreaterThan(0)
})
