import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The behaviour of a node. Plain and streaming calls fail alike, each in its own way. */
export type Behaviour =
  | 'well'
  | 'refuses connections'
  | 'resets'
  | 'stalls before headers'
  | 'stalls mid-answer'
  | 'cuts mid-answer'
  | 'ends without finish_reason'
  | 'ends without [DONE]'
  | 'names a revision'
  | '429 with Retry-After'
  | '429 without Retry-After'
  | '500'
  | '503 draining'
  | 'bad JSON'
  | 'HTML with 200'
  | 'endless answer'
  | 'one byte a second'
  | 'wrong model'
  | 'no rating'
  | 'truncated'
  | 'empty answer'
  | 'too long'

export interface FaultyNode {
  url: string
  behaviour: Behaviour
  /** Bodies of the completions asked for. */
  calls: Record<string, unknown>[]
  /** Headers of the same calls. */
  headers: IncomingMessage['headers'][]
  /** Calls that the gateway ended before the answer was whole. */
  cancelled: number
  /** Milliseconds between the chunks of a stream that goes well. */
  chunkMs: number
  /** Milliseconds before a plain answer. */
  delayMs: number
  /** The text of a successful answer. */
  text: string
  close(): Promise<void>
}

export const goodText = '질문에 맞는 답변이며 설명도 충분합니다.\n\nRating: [[8]]'
const usage = { prompt_tokens: 300, completion_tokens: 40, total_tokens: 340 }
const pieces = 6

/** An OpenAI-compatible server that misbehaves as told. */
export async function faultyNode(
  model: string,
  behaviour: Behaviour = 'well',
  port = 0,
): Promise<FaultyNode> {
  const server = createServer((request, response) => void answer(request, response))
  const node: FaultyNode = {
    url: '',
    behaviour,
    calls: [],
    headers: [],
    cancelled: 0,
    chunkMs: 0,
    delayMs: 0,
    text: goodText,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/v1/models') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ object: 'list', data: [{ id: model, object: 'model', created: 1 }] }))
      return
    }
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown>
    node.calls.push(body)
    node.headers.push(request.headers)
    response.on('close', () => {
      if (!response.writableFinished) node.cancelled += 1
    })
    await behave(node, model, body.stream === true, response)
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  node.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return node
}

async function behave(
  node: FaultyNode,
  model: string,
  stream: boolean,
  response: ServerResponse,
): Promise<void> {
  const { behaviour } = node
  const refuse = (status: number, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ error: { message: `refused with ${status}`, code: null, type: 'error' } }))
  }
  switch (behaviour) {
    case 'resets':
      response.socket?.resetAndDestroy()
      return
    case 'stalls before headers':
      return
    case '429 with Retry-After':
      return refuse(429, { 'retry-after': '7' })
    case '429 without Retry-After':
      return refuse(429)
    case '500':
      return refuse(500)
    case '503 draining':
      return refuse(503, { 'retry-after': '30' })
    case 'too long':
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({
          error: { code: 'context_length_exceeded', message: '9000 tokens; the context has 8192' },
        }),
      )
      return
    case 'HTML with 200':
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<!doctype html><title>Welcome</title>')
      return
    case 'endless answer':
      return endless(stream, response)
  }
  const text = toText(node)
  const suffix = behaviour === 'wrong model' ? '-other' : behaviour === 'names a revision' ? '@main' : ''
  const answering = model + suffix
  const finish =
    behaviour === 'truncated' ? 'length' : behaviour === 'ends without finish_reason' ? null : 'stop'
  if (stream) await streamed(node, answering, text, finish, response)
  else {
    if (node.delayMs > 0) await wait(node.delayMs)
    await plain(node, answering, text, finish, response)
  }
}

function toText({ behaviour, text }: FaultyNode): string {
  if (behaviour === 'no rating') return '설명만 있고 점수가 없습니다.'
  if (behaviour === 'truncated') return '끝나지 않은 설명입니다. Rating: [[8'
  return behaviour === 'empty answer' ? '' : text
}

async function plain(
  { behaviour }: FaultyNode,
  model: string,
  content: string,
  finish_reason: string | null,
  response: ServerResponse,
): Promise<void> {
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason }]
  const json = JSON.stringify({ id: 'c1', object: 'chat.completion', created: 1, model, choices, usage })
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(json)),
  })
  const half = json.slice(0, json.length / 2)
  if (behaviour === 'bad JSON') response.end(`${json.slice(0, -1)}{`.slice(0, json.length))
  else if (behaviour === 'stalls mid-answer') response.write(half)
  else if (behaviour === 'cuts mid-answer') {
    response.write(half, () => setTimeout(() => response.socket?.destroy(), 20))
  } else if (behaviour === 'one byte a second') await slowly(json, response)
  else response.end(json)
}

async function streamed(
  node: FaultyNode,
  model: string,
  text: string,
  finish_reason: string | null,
  response: ServerResponse,
): Promise<void> {
  const { behaviour } = node
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const event = (choices: unknown[], more = {}) =>
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model, choices, ...more })}\n\n`
  if (behaviour === 'one byte a second') {
    await slowly(event([{ index: 0, delta: { content: text }, finish_reason: null }]), response)
    return
  }
  response.write(event([{ index: 0, delta: { role: 'assistant' }, finish_reason: null }]))
  const size = Math.ceil(text.length / pieces)
  for (let at = 0, piece = 0; at < text.length; at += size, piece++) {
    if (piece === 3 && behaviour === 'stalls mid-answer') return
    if (piece === 3 && behaviour === 'cuts mid-answer') {
      setTimeout(() => response.socket?.destroy(), 20)
      return
    }
    if (piece === 3 && behaviour === 'bad JSON') response.write('data: {"choices": [\n\n')
    response.write(event([{ index: 0, delta: { content: text.slice(at, at + size) }, finish_reason: null }]))
    if (node.chunkMs > 0) await wait(node.chunkMs)
    if (response.destroyed) return
  }
  if (finish_reason !== null) response.write(event([{ index: 0, delta: {}, finish_reason }]))
  response.write(event([], { usage }))
  response.end(behaviour === 'ends without [DONE]' ? '' : 'data: [DONE]\n\n')
}

/** Megabyte after megabyte, until the reader has had enough. */
async function endless(stream: boolean, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' })
  const megabyte = 'x'.repeat(1_000_000)
  response.write(stream ? 'data: "' : '{"choices":"')
  for (let sent = 0; sent < 1_000 && !response.destroyed; sent++) {
    if (!response.write(megabyte)) await new Promise((resolve) => response.once('drain', resolve))
  }
}

async function slowly(text: string, response: ServerResponse): Promise<void> {
  for (const character of text) {
    if (response.destroyed) return
    response.write(character)
    await wait(1_000)
  }
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
