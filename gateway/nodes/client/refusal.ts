import { parseJson, readBounded } from './bounded-body.ts'
import { nodeRefusal } from './chat-wire.ts'
import { NodeFailure } from './node-failure.ts'

const pauseWithoutHint = 1_000
const tooLong = /context.{0,12}(length|window|size)|maximum.{0,12}(context|length)|too (many tokens|long)/i

/** What a status above 299 means: whose fault it is, and whether another try makes sense. */
export async function refusalOf(response: Response, now: number): Promise<NodeFailure> {
  const said = nodeRefusal.safeParse(parseJson((await readBounded(response, 65_536)) ?? ''))
  const message = said.success ? said.data.error.message.slice(0, 300) : ''
  const code = said.success ? (said.data.error.code ?? said.data.error.type) : null
  const { status } = response
  if (code === 'context_length_exceeded' || (status === 400 && tooLong.test(message))) {
    return new NodeFailure(
      { code: 'context_length_exceeded', detail: message, source: 'node' },
      { retry: 'nowhere', fault: false },
    )
  }
  if (status === 429 || status === 503) {
    const pauseMs = retryAfterMs(response.headers.get('retry-after'), now) ?? pauseWithoutHint
    const detail = 'The node has no room at the moment.'
    return new NodeFailure(
      { code: 'no_node_available', detail, source: 'node', retryAfter: Math.ceil(pauseMs / 1000) },
      { retry: 'anywhere', fault: false, pauseMs },
    )
  }
  if (status === 404) {
    const detail = 'The node does not serve this model.'
    return new NodeFailure(
      { code: 'node_failed', detail, source: 'node' },
      { retry: 'elsewhere', fault: false },
    )
  }
  if (status === 413) {
    // often a proxy in front of the node: it says nothing about the node, and the next takes no more
    const detail = 'The node takes no request of this size.'
    return new NodeFailure(
      { code: 'body_too_large', detail, source: 'node' },
      { retry: 'nowhere', fault: false },
    )
  }
  if (status === 400 || status === 422) {
    const detail = `The node refused the request: ${message || 'it gave no reason'}.`
    return new NodeFailure(
      { code: 'node_failed', detail, source: 'node' },
      { retry: 'nowhere', fault: false },
    )
  }
  const detail = `The node answered ${status}.`
  return new NodeFailure({ code: 'node_failed', detail, source: 'node' }, { retry: 'anywhere', fault: true })
}

/** `Retry-After` in seconds or as a date, at most an hour. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  const seconds = Number(header)
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now
  return milliseconds >= 0 ? Math.min(milliseconds, 3_600_000) : null
}
