import { createParser } from 'eventsource-parser'
import { reason } from '../../../schema/api/errors.ts'
import { unusable } from './node-failure.ts'

/** Most characters of one event: a chunk has a token or a few, with their log probabilities. */
const maxEventCharacters = 1_000_000

/**
 * Yields the `data` of each event of a node's stream; other fields and an unfinished last event are dropped.
 * @throws NodeFailure when the stream has more bytes than allowed, a larger event, or is not UTF-8
 */
export async function* readEventData(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let parsed: string[] = []
  let isEventTooLarge = false
  const parser = createParser({
    maxBufferSize: maxEventCharacters,
    onEvent: ({ data }) => void parsed.push(data),
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') isEventTooLarge = true
    },
  })
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes <= maxBytes) parser.feed(decodeChunk(decoder, chunk))
    if (bytes > maxBytes || isEventTooLarge) throw unusable(reason('node_answer_too_large'))
    yield* parsed
    parsed = []
  }
}

function decodeChunk(decoder: TextDecoder, chunk: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: true })
  } catch {
    throw unusable(reason('node_answer_unreadable'))
  }
}
