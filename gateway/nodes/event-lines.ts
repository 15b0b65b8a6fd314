import { maxAnswerBytes } from './bounded-body.ts'

/**
 * The `data` of the events of a server-sent event stream, one after the other; comments and other fields are
 * skipped, and data over several lines is joined. Null instead of data when the stream is larger than allowed.
 */
export async function* eventData(
  body: ReadableStream<Uint8Array>,
  maxBytes = maxAnswerBytes,
): AsyncGenerator<string | null> {
  const decoder = new TextDecoder()
  let rest = ''
  let bytes = 0
  let data: string[] = []
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) {
      yield null
      return
    }
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
      if (line !== '' || data.length === 0) continue
      yield data.join('\n')
      data = []
    }
  }
}
