/** Largest answer read from a node, in bytes: far above 4,096 tokens with their log probabilities. */
export const maxAnswerBytes = 8_000_000

const wholeDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** A body as text, or null when it is larger than allowed or not UTF-8; the rest is not read then. */
export async function readBounded(response: Response, maxBytes = maxAnswerBytes): Promise<string | null> {
  const declared = response.headers.get('content-length')
  if (declared !== null && Number(declared) > maxBytes) {
    await response.body?.cancel()
    return null
  }
  // no more than a declared length is read, but a compressed body has another length than its text
  if (declared !== null && !response.headers.has('content-encoding')) {
    const body = await response.arrayBuffer()
    return decode(() => wholeDecoder.decode(body))
  }
  if (response.body === null) return ''
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let text = ''
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return null
    const part = decode(() => decoder.decode(chunk, { stream: true }))
    if (part === null) return null
    text += part
  }
  const end = decode(() => decoder.decode())
  return end === null ? null : text + end
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function decode(work: () => string): string | null {
  try {
    return work()
  } catch {
    return null
  }
}
