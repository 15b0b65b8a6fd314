import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningGateway, startGateway } from '../built-gateway.ts'

/** A client that is refused while it still sends sees the reason, not a broken connection. */

let gateway: RunningGateway

beforeAll(async () => {
  gateway = await startGateway({ TENANT_STORAGE_BYTES: '1' })
})
afterAll(() => gateway.stop())

const form = (bytes: number) => () => {
  const fields = new FormData()
  fields.append('purpose', 'batch')
  fields.append('file', new File(['x'.repeat(bytes)], 'input.jsonl'))
  return new Response(fields)
}
const text = (bytes: number, contentType: string) => () =>
  new Response('x'.repeat(bytes), { headers: { 'content-type': contentType } })

it.each([
  ['a stranger', '/v1/files', form(20_000_000), 401],
  ['a call of nothing', '/v1/nothing', form(100_000), 404],
  ['an evaluation by no such model', '/v1/evaluations?model=x', text(500_000, 'application/x-ndjson'), 503],
  ['a small file without room', '/v1/files', form(2), 507],
  ['a large file without room', '/v1/files', form(2_000_000), 507],
  ['a form of which a part was read', '/v1/evaluations?model=x', form(20_000_000), 400],
  ['a judgment over the limit', '/v1/judgments', text(20_000_000, 'application/json'), 413],
])('%s is told so, every time', async (who, path, upload, status) => {
  const key = who === 'a stranger' ? 'nothing' : gateway.key
  for (let time = 0; time < 20; time++) {
    // streamed, as by clients that do not know how long their form will be
    const { body, headers } = upload()
    const sent = { 'content-type': headers.get('content-type')!, authorization: `Bearer ${key}` }
    const init = { method: 'POST', body, headers: sent, duplex: 'half' }
    const response = await fetch(gateway.url + path, init as RequestInit)
    expect(response.status, await response.text()).toBe(status)
  }
})

it('who waits for the answer before sending the rest gets it', async () => {
  const { hostname, port } = new URL(gateway.url)
  const headers = { authorization: 'Bearer nothing', 'content-type': 'text/plain', 'content-length': 5_000 }
  const sent = request({ hostname, port, path: '/v1/files', method: 'POST', headers })
  sent.on('error', () => undefined)
  sent.write('x')
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(401)
  sent.destroy()
})

it('who sends the rest drop by drop gets it in the middle', async () => {
  const { hostname, port } = new URL(gateway.url)
  const headers = { authorization: 'Bearer nothing', 'content-type': 'text/plain', 'content-length': 5_000 }
  const sent = request({ hostname, port, path: '/v1/files', method: 'POST', headers })
  sent.on('error', () => undefined)
  const drops = setInterval(() => sent.write('x'), 500)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  clearInterval(drops)
  expect(response.statusCode).toBe(401)
  sent.destroy()
}, 30_000)
