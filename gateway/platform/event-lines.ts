/** Largest line: a chunk holds a token or a few, with their log probabilities. */
const maxLineBytes = 1_000_000

/**
 * The `data` of the events of a server-sent event stream, one after the other; comments and other fields are
 * skipped, and data over several lines is joined. Null instead of data when the stream is larger than allowed.
 */
export async function* eventData(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string | null> {
  const decoder = new TextDecoder()
  let unfinished: string[] = []
  let bytes = 0
  let bytesOfLine = 0
  let data: string[] = []
  for await (const chunk of body) {
    bytes += chunk.byteLength
    bytesOfLine += chunk.byteLength
    if (bytes > maxBytes || bytesOfLine > maxLineBytes) {
      yield null
      return
    }
    const text = decoder.decode(chunk, { stream: true })
    // a line is put together once, when it is whole, so that an endless one costs no more than its length
    if (!/[\r\n]/.test(text)) {
      unfinished.push(text)
      continue
    }
    const lines = (unfinished.join('') + text).split(/\r\n|\n|\r(?!$)/)
    unfinished = [lines.pop() ?? '']
    bytesOfLine = unfinished[0]!.length
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
      if (line !== '' || data.length === 0) continue
      yield data.join('\n')
      data = []
    }
  }
}
