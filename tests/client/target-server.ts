import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TargetRequest {
  model: string
  messages: { role: string; content: string }[]
  temperature?: number
  max_tokens?: number
  seed?: number
  stop?: string[]
  [field: string]: unknown
}

/** Answers one request in any way it likes. */
export type Behaviour = (request: TargetRequest, response: ServerResponse, raw: IncomingMessage) => void

export interface TargetServer {
  url: string
  requests: TargetRequest[]
  authorizations: (string | undefined)[]
  /** When each request arrived, in milliseconds. */
  arrivals: number[]
  /** The outcomes of the next requests, one each; `behaviour` applies afterwards. */
  next: Behaviour[]
  behaviour: Behaviour
  close(): Promise<void>
}

/** A completion with this message. */
export const complete =
  (message: Record<string, unknown> | string, finish_reason = 'stop'): Behaviour =>
  (_, response) =>
    response.end(
      JSON.stringify({
        choices: [
          {
            index: 0,
            message: { role: 'assistant', ...(typeof message === 'string' ? { content: message } : message) },
            finish_reason,
          },
        ],
        usage: { prompt_tokens: 10, completion_tokens: 5 },
      }),
    )

export const fail =
  (
    status: number,
    headers: Record<string, string> = {},
    body = '{"error":{"message":"refused by the mock"}}',
  ): Behaviour =>
  (_, response) =>
    response.writeHead(status, headers).end(body)

/** An OpenAI-compatible server that misbehaves as a test tells it to. */
export async function startTargetServer(): Promise<TargetServer> {
  const server = createServer(async (raw, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of raw) chunks.push(chunk)
    const request: TargetRequest = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    target.requests.push(request)
    target.arrivals.push(performance.now())
    target.authorizations.push(raw.headers.authorization)
    response.setHeader('content-type', 'application/json')
    const behave = target.next.shift() ?? target.behaviour
    behave(request, response, raw)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const target: TargetServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: [],
    authorizations: [],
    arrivals: [],
    next: [],
    behaviour: (request, response, raw) =>
      complete(`답: ${request.messages.at(-1)!.content}`)(request, response, raw),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return target
}

/** Server-sent events, one per object; what follows is the test's choice. */
export const stream =
  (chunks: readonly object[], end: 'done' | 'cut' | 'nothing' = 'done'): Behaviour =>
  (_, response) => {
    response.setHeader('content-type', 'text/event-stream')
    for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    if (end === 'cut') response.destroy()
    else response.end(end === 'done' ? 'data: [DONE]\n\n' : '')
  }

export const delta = (delta: object, finish_reason: string | null = null) => ({
  choices: [{ delta, finish_reason }],
})
