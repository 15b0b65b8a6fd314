/** Largest answer read from a node, in bytes: far above 4,096 tokens with their log probabilities. */
export const maxAnswerBytes = 8_000_000

/** A body as text, or null when it is larger than allowed; the rest is not read then. */
export async function readBounded(response: Response, maxBytes = maxAnswerBytes): Promise<string | null> {
  if (response.body === null) return ''
  const declared = response.headers.get('content-length')
  if (declared !== null && Number(declared) > maxBytes) {
    await response.body.cancel()
    return null
  }
  // HTTP ends a body at its Content-Length, so this one needs no counting
  if (declared !== null && response.headers.get('content-encoding') === null) return response.text()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
