import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { decodeFrame, encodeFrame, encodeWhole, type Frame } from '../../schema/tunnel/frames.ts'
import type { RequestHead } from '../../schema/tunnel/heads.ts'
import { closeCodes, heartbeat } from '../../schema/tunnel/limits.ts'
import { type RunningGateway, startGateway } from '../built-gateway.ts'

/** Connections whose node does what it should not, or loses its place. */

let gateway: RunningGateway
/** A node and a model for each test: what one does is no evidence about the next. */
let id: string
let model: string
let credential: string
let serial = 0

beforeAll(async () => {
  gateway = await startGateway({ NODES: '' })
})
afterAll(() => gateway.stop())

beforeEach(async () => {
  id = `odd-${serial++}`
  model = `model-of-${id}`
  credential = await join()
})

/** Joins as the test's node; answers its credential. */
async function join(): Promise<string> {
  const created = await gateway.operator('/admin/v1/node-join-tokens', {})
  const { token } = (await created.json()) as { token: string }
  const joined = await fetch(`${gateway.url}/nodes/v1/join`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id, url: null, secret: 's'.repeat(32) }),
  })
  expect(joined.status).toBe(201)
  return ((await joined.json()) as { credential: string }).credential
}

type Head = Frame & { type: 'head' }
type Completion = (frame: Head, socket: WebSocket) => void

interface OddNode {
  socket: WebSocket
  /** Completions that it was asked for. */
  asked: Head[]
  closed: Promise<number>
}

const json = (id: number, status: number, body: unknown) => [
  ...encodeWhole(
    id,
    { status, headers: { 'content-type': 'application/json' } },
    new TextEncoder().encode(JSON.stringify(body)),
  ),
]

const judgment = (text: string) => ({
  choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
})

const judgeWell: Completion = (frame, socket) => {
  for (const part of json(frame.id, 200, judgment('좋습니다.\n\nRating: [[7]]'))) socket.send(part)
}

/** A node that lists its model, and does with a completion as told. Resolves when the gateway knows the model. */
async function connect(complete: Completion): Promise<OddNode> {
  const name = model
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/nodes/v1/${id}/connection`, {
    headers: { authorization: `Bearer ${credential}` },
  })
  const asked: Head[] = []
  socket.on('message', (data: Buffer, isBinary) => {
    const frame = isBinary ? decodeFrame(data) : null
    if (frame?.type !== 'head') return
    const { path } = frame.head as RequestHead
    if (path === '/v1/models') {
      for (const part of json(frame.id, 200, { data: [{ id: name }] })) socket.send(part)
      return
    }
    asked.push(frame)
    complete(frame, socket)
  })
  const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)))
  await once(socket, 'open')
  await vi.waitFor(
    async () => {
      const { data } = (await (await gateway.call('/v1/models')).json()) as { data: { id: string }[] }
      expect(data).toContainEqual(expect.objectContaining({ id: name }))
    },
    { timeout: 20_000, interval: 50 },
  )
  return { socket, asked, closed }
}

const request = () => ({ model, question: '질문', answer: `답 ${serial++}` })
const judge = (more: object = {}) => gateway.call('/v1/judgments', { ...request(), ...more })

it('gives its place to a newer connection of the same node', async () => {
  const first = await connect(() => {})
  const waiting = judge()
  await vi.waitFor(() => expect(first.asked.length).toBe(1), { timeout: 20_000 })
  const second = await connect(judgeWell)
  expect(await first.closed).toBe(closeCodes.replaced)
  // what the older one held was asked again
  expect((await waiting).status).toBe(200)
  expect(second.asked.length).toBeGreaterThan(0)
  second.socket.terminate()
})

it.each<[string, Completion]>([
  ['sends bytes that are no frame', (_, socket) => socket.send(Buffer.from('nonsense'))],
  ['sends a text', (_, socket) => socket.send('nonsense')],
  ['sends a message that is too large', (_, socket) => socket.send(Buffer.alloc(300_000))],
  [
    'answers with a head that is none',
    ({ id }, socket) =>
      socket.send(
        encodeFrame({ type: 'head', id, isLast: true, head: { status: 99 }, data: new Uint8Array() }),
      ),
  ],
  [
    'sends a body before its head',
    ({ id }, socket) => socket.send(encodeFrame({ type: 'data', id, isLast: true, data: new Uint8Array(1) })),
  ],
])('is closed when the node %s, and what it held fails', async (_, complete) => {
  const odd = await connect(complete)
  const failed = await judge()
  expect(await odd.closed).toBe(closeCodes.protocol)
  expect(failed.status).toBe(503)
  expect(await failed.json()).toMatchObject({ code: 'no_node_available' })
  const healthy = await connect(judgeWell)
  expect((await judge()).status).toBe(200)
  healthy.socket.terminate()
})

it('never takes a broken stream for a whole one', async () => {
  await connect(({ id }, socket) => {
    const head = { status: 200, headers: { 'content-type': 'text/event-stream' } }
    const chunk = { choices: [{ index: 0, delta: { content: '좋습니다.' }, finish_reason: null }] }
    const data = new TextEncoder().encode(`data: ${JSON.stringify(chunk)}\n\n`)
    socket.send(encodeFrame({ type: 'head', id, isLast: false, head, data }))
    setTimeout(() => socket.terminate(), 200)
  })
  const text = await (await judge({ stream: true })).text()
  expect(text).toContain('stream_interrupted')
  expect(text).not.toContain('event: done')
})

it('drops the frames of requests that have ended', async () => {
  const odd = await connect((frame, socket) => {
    judgeWell(frame, socket)
    judgeWell(frame, socket)
    socket.send(encodeFrame({ type: 'cancel', id: frame.id }))
    socket.send(encodeFrame({ type: 'data', id: 1, isLast: true, data: new Uint8Array(9) }))
  })
  expect((await judge()).status).toBe(200)
  expect((await judge()).status).toBe(200)
  expect(odd.socket.readyState).toBe(WebSocket.OPEN)
  odd.socket.terminate()
})

it('is answered its heartbeat', async () => {
  const node = await connect(judgeWell)
  node.socket.send(heartbeat.request)
  const answered = new Promise<string>((resolve) =>
    node.socket.on('message', (data: Buffer, isBinary) => !isBinary && resolve(data.toString())),
  )
  expect(await answered).toBe(heartbeat.response)
  node.socket.terminate()
})

it('ends when another node joins under the id after the lease', async () => {
  const former = await connect(judgeWell)
  const database = await gateway.miniflare.getD1Database('DB')
  await database.prepare('update nodes set lease_ends_at = 1 where id = ?').bind(id).run()
  await join()
  expect(await former.closed).toBe(closeCodes.removed)
})

it('drops an answer of which no response can be made', async () => {
  const cancelled = Promise.withResolvers<number>()
  const node = await connect((frame, socket) => {
    const head = { status: 200, headers: { 'no name': 'x' } }
    socket.send(encodeFrame({ type: 'head', id: frame.id, isLast: false, head, data: new Uint8Array() }))
  })
  node.socket.on('message', (data: Buffer, isBinary) => {
    const frame = isBinary ? decodeFrame(data) : null
    if (frame?.type === 'cancel') cancelled.resolve(frame.id)
  })
  const { status } = await judge()
  expect([502, 503]).toContain(status)
  expect(node.asked.map((frame) => frame.id)).toContain(await cancelled.promise)
})
