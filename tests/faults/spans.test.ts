import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type RunningGateway, startGateway } from '../built-gateway.ts'
import { type FaultyNode, faultyNode } from './faulty-node.ts'

/** Spans as an OpenTelemetry collector gets them. */

const model = 'keval-2-9b'
/** The part of OTLP's JSON that the tests read. */
interface Span {
  name: string
  spanId: string
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: { key: string; value: Record<string, unknown> }[]
}
const received: { headers: Record<string, unknown>; text: string; spans: Span[] }[] = []
const collector = createServer(async (request, response) => {
  let text = ''
  for await (const part of request) text += part
  const spans = request.url === '/v1/traces' ? JSON.parse(text).resourceSpans[0].scopeSpans[0].spans : []
  received.push({ headers: request.headers, text, spans })
  response.end('{}')
})
let gateway: RunningGateway
let node: FaultyNode

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  const { port } = collector.address() as AddressInfo
  node = await faultyNode(model)
  gateway = await startGateway({
    NODES: node.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-collector=let%20me%20in',
  })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
  collector.close()
})

const [traceId, parentSpanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7']
const judge = (answer: string, flags: string, more: object = {}) =>
  gateway.call(
    '/v1/judgments',
    { model, question: '비밀스러운 질문', answer, ...more },
    { headers: { traceparent: `00-${traceId}-${parentSpanId}-${flags}` } },
  )
const findSpans = (name: string) =>
  received.flatMap(({ spans }) => spans).filter((span) => span.name === name)

it('are sent for every sampled request, with the node as their child and without texts or keys', async () => {
  expect((await judge('표본 밖', '00')).status).toBe(200)
  expect((await judge('첫째', '01')).status).toBe(200)
  await (await judge('둘째', '01', { stream: true })).text()
  const name = 'POST /v1/judgments'
  await vi.waitFor(() => expect(findSpans(name)).toHaveLength(2), { timeout: 15_000 })
  for (const span of findSpans(name)) {
    expect(span).toMatchObject({ traceId, parentSpanId, kind: 2, status: { code: 0 } })
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true)
    const attributes = Object.fromEntries(
      span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]),
    )
    expect(attributes).toMatchObject({
      'http.route': '/v1/judgments',
      'http.response.status_code': '200',
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens': '300',
      'keval.verdict': 'rated',
      'keval.source': 'node',
    })
  }
  const children = node.headers.slice(1, 3).map(({ traceparent }) => traceparent)
  const ids = findSpans(name).map(({ spanId }) => `00-${traceId}-${spanId}-01`)
  expect(ids.sort()).toEqual(children.sort())
  expect(received.at(-1)?.headers['x-collector']).toBe('let me in')
  const everything = received.map(({ text }) => text).join('')
  for (const secret of ['비밀스러운', '첫째', gateway.key, 'Rating']) expect(everything).not.toContain(secret)
})

it('of failures say so, and a collector that is gone changes nothing', async () => {
  node.behaviour = '500'
  expect((await judge('넷째', '01')).status).toBe(502)
  await vi.waitFor(
    () => expect(findSpans('POST /v1/judgments').at(-1)).toMatchObject({ status: { code: 2 } }),
    {
      timeout: 15_000,
    },
  )
  node.behaviour = 'well'
  collector.close()
  collector.closeAllConnections()
  expect((await judge('다섯째', '01')).status).toBe(200)
})
