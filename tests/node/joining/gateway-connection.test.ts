import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { afterEach, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { GatewayConnection } from '../../../inference-node/joining/tunnel/gateway-connection.ts'
import { decodeFrame, encodeFrame, encodeWhole } from '../../../schema/tunnel/frames.ts'
import { answerWindowBytes, heartbeat } from '../../../schema/tunnel/limits.ts'

/** The node's end of the connection, against a gateway that does as the test says. */

const log = pino({ level: 'silent' })
let server: WebSocketServer
let connection: GatewayConnection
afterEach(async () => {
  await connection.stop()
  server.close()
})

async function start(handle: (request: Request) => Promise<Response>, heartbeatMs?: number): Promise<void> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  connection = new GatewayConnection({
    gateway: `http://127.0.0.1:${port}`,
    id: 'node-1',
    credential: () => 'nlc_of-the-test',
    handle,
    log,
    ...(heartbeatMs !== undefined && { heartbeatMs }),
  })
  connection.start()
}

const head = { method: 'POST', path: '/v1/chat/completions', headers: {} }
const connected = async () =>
  (await once(server, 'connection')) as [WebSocket, { url: string; headers: Record<string, string> }]
const whole = async () => new Response('whole')

it('carries its credential in a header, never in the address', async () => {
  await start(whole)
  const [, request] = await connected()
  expect(request.headers.authorization).toBe('Bearer nlc_of-the-test')
  expect(request.url).toBe('/nodes/v1/node-1/connection')
})

it('connects again when the gateway is silent, as after a cable was pulled', async () => {
  await start(whole, 20)
  const [first] = await connected()
  // it hears the heartbeats and answers none
  const [[beat]] = await Promise.all([once(first, 'message'), once(first, 'close')])
  expect(String(beat)).toBe(heartbeat.request)
  await connected()
})

it('stays while its heartbeats are answered', async () => {
  await start(whole, 20)
  const [socket] = await connected()
  for (let beats = 0; beats < 10; beats++) {
    await once(socket, 'message')
    socket.send(heartbeat.response)
  }
  expect(socket.readyState).toBe(socket.OPEN)
})

it('sends no more of an answer than the gateway has room for', async () => {
  const size = 3 * answerWindowBytes
  await start(async () => new Response('x'.repeat(size)))
  const [socket] = await connected()
  let received = 0
  let isWhole = false
  socket.on('message', (data: Buffer, isBinary) => {
    const frame = isBinary ? decodeFrame(data) : null
    if (frame?.type !== 'data') return
    received += frame.data.byteLength
    isWhole = frame.isLast
    // the pong comes after whatever is sent without leave
    if (received % answerWindowBytes === 0) socket.ping()
  })
  const stages: number[] = []
  socket.on('pong', () => {
    stages.push(received / answerWindowBytes)
    socket.send(encodeFrame({ type: 'credit', id: 7, bytes: answerWindowBytes }))
  })
  for (const frame of encodeWhole(7, head, new TextEncoder().encode('{}'))) socket.send(frame)
  while (!isWhole) await once(socket, 'message')
  expect(received).toBe(size)
  expect(stages.slice(0, 2)).toEqual([1, 2])
})

it('aborts the work of a request that is cancelled, and of all when the connection breaks', async () => {
  const aborted: string[] = []
  const { promise: bothRun, resolve } = Promise.withResolvers<void>()
  let running = 0
  await start((request) => {
    if (++running === 2) resolve()
    return new Promise((_, reject) => {
      request.signal.addEventListener('abort', () => {
        aborted.push(request.headers.get('x-request-id')!)
        reject(request.signal.reason)
      })
    })
  })
  const [socket] = await connected()
  for (const id of [1, 2])
    for (const frame of encodeWhole(
      id,
      { ...head, headers: { 'x-request-id': `request-${id}` } },
      new Uint8Array(),
    ))
      socket.send(frame)
  await bothRun
  socket.send(encodeFrame({ type: 'cancel', id: 1 }))
  while (aborted.length < 1) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(aborted).toEqual(['request-1'])
  socket.terminate()
  while (aborted.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(aborted).toEqual(['request-1', 'request-2'])
})

it('ends a connection whose frames are none', async () => {
  await start(whole)
  const [socket] = await connected()
  socket.send(Buffer.from('nonsense of a gateway'))
  const [code] = await once(socket, 'close')
  expect(code).toBe(1002)
})
