import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'

export interface Asked {
  model: string
  messages: { role: string; content: string }[]
  temperature: number
  max_tokens?: number
  seed: number
}

export interface JudgingNode {
  url: string
  /** The answered requests, in order. */
  asked: Asked[]
  /** The text that the judge writes; null answers 500, 'cut' ends the connection without a word, 'too long' refuses the prompt. */
  write: (asked: Asked) => string | null
  /** The weights that a reply names; null names none. */
  weights: (asked: Asked) => { weights_digest: string; precision: string; provider: string } | null
  /** Time before each answer. A change applies to waiting requests, too. */
  delayMs: number
  /** Requests that are under way now. */
  readonly underWay: number
  /** The most requests that were under way together. */
  maxConcurrent: number
  close(): Promise<void>
}

/** A plain OpenAI-compatible server that writes what a test tells it to. */
export async function judgingNode(...models: string[]): Promise<JudgingNode> {
  let underWay = 0
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/v1/models') {
      const data = models.map((id) => ({ id, object: 'model', created: 1, owned_by: 'test' }))
      response.end(JSON.stringify({ object: 'list', data }))
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const asked: Asked = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    node.maxConcurrent = Math.max(node.maxConcurrent, ++underWay)
    response.on('close', () => underWay--)
    const arrivedAt = Date.now()
    while (Date.now() - arrivedAt < node.delayMs) await setTimeout(20)
    node.asked.push(asked)
    const content = node.write(asked)
    if (content === 'cut') {
      request.socket.destroy()
      return
    }
    if (content === 'too long') {
      response.statusCode = 400
      response.end('{"error":{"message":"too long","code":"context_length_exceeded"}}')
      return
    }
    if (content === null) {
      response.statusCode = 500
      response.end('{}')
      return
    }
    response.end(
      JSON.stringify({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model: asked.model,
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
        ...(node.weights(asked) !== null && { keval: node.weights(asked) }),
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const node: JudgingNode = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    write: () => 'Rating: [[5]]',
    weights: () => null,
    delayMs: 0,
    get underWay() {
      return underWay
    },
    maxConcurrent: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return node
}
