import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningGateway, startGateway } from '../built-gateway.ts'

let gateway: RunningGateway
beforeAll(async () => {
  gateway = await startGateway({ NODES: '' })
})
afterAll(async () => {
  await gateway.stop()
})

/** Sends bytes as they are, closes the sending side where `isCut`, and answers what came back. */
function exchange(headers: string, body: string, isCut: boolean): Promise<string> {
  const head = `POST /v1/judgments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${gateway.key}\r\n`
  return send(`${head}Content-Type: application/json\r\n${headers}\r\n\r\n${body}`, isCut)
}

function send(bytes: string, isCut = false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    let answer = ''
    const done = () => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('data', (data) => {
      answer += data
      if (answer.includes('"request_id"')) done()
    })
    socket.on('close', done)
    socket.on('error', done)
    socket.write(bytes)
    if (isCut) socket.end()
  })
}

it.each([
  ['a chunk size that is no number', 'Transfer-Encoding: chunked', 'zz\r\n{}\r\n0\r\n\r\n', false],
  ['a chunk longer than it says', 'Transfer-Encoding: chunked', '2\r\n{}xx0\r\n\r\n', false],
  ['a chunk size beyond all numbers', 'Transfer-Encoding: chunked', `${'f'.repeat(17)}\r\n{}`, false],
  ['chunks that end early', 'Transfer-Encoding: chunked', '5\r\n{}', true],
  ['less than Content-Length', 'Content-Length: 50', '{"model"', true],
])("%s: the client's fault", async (_, headers, body, isCut) => {
  const answer = await exchange(headers, body, isCut)
  expect(answer).toMatch(/^HTTP\/1.1 400 /)
  expect(answer).toContain('"code":"incomplete_body"')
})

it.each([
  ['"><script>', '/'],
  ['"><script>', '/docs'],
  ['"><script>', '/v1/judgments'],
  // a path that a proxy in front has not seen
  ['a.example/admin/v1/plans?', '/'],
  ['a.example#', '/docs'],
  ['a@b.example', '/docs'],
])("a Host %s that is none at %s: the client's fault", async (host, path) => {
  const answer = await send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1.1 400 /)
  expect(answer).toContain('"reason":"host_invalid"')
})
