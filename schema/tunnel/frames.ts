import { maxDataBytes, maxHeadBytes } from './limits.ts'

/**
 * A frame of a tunnel: one binary WebSocket message. A byte for its type, one for flags and four for the id of the
 * request, in network order; a head adds its length in four bytes, its JSON, and the beginning of the body.
 */
export type Frame =
  /** The beginning of a request or of its answer. */
  | { type: 'head'; id: number; isLast: boolean; head: unknown; data: Uint8Array }
  /** More of the body. */
  | { type: 'data'; id: number; isLast: boolean; data: Uint8Array }
  /** The gateway no longer wants the answer, or the node cannot finish it. */
  | { type: 'cancel'; id: number }
  /** The reader has taken so many bytes of the answer. */
  | { type: 'credit'; id: number; bytes: number }

const types = { head: 1, data: 2, cancel: 3, credit: 4 } as const
const lastFlag = 1
const prefixBytes = 6
const none = new Uint8Array()

export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  if (frame.type === 'head') {
    const head = new TextEncoder().encode(JSON.stringify(frame.head))
    const bytes = start(frame, 4 + head.byteLength + frame.data.byteLength)
    new DataView(bytes.buffer).setUint32(prefixBytes, head.byteLength)
    bytes.set(head, prefixBytes + 4)
    bytes.set(frame.data, prefixBytes + 4 + head.byteLength)
    return bytes
  }
  if (frame.type === 'data') {
    const bytes = start(frame, frame.data.byteLength)
    bytes.set(frame.data, prefixBytes)
    return bytes
  }
  if (frame.type === 'cancel') return start(frame, 0)
  const bytes = start(frame, 4)
  new DataView(bytes.buffer).setUint32(prefixBytes, frame.bytes)
  return bytes
}

/** The frame, or null where the bytes are none. */
export function decodeFrame(bytes: Uint8Array): Frame | null {
  if (bytes.byteLength < prefixBytes) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const id = view.getUint32(2)
  const isLast = view.getUint8(1) === lastFlag
  const rest = bytes.subarray(prefixBytes)
  switch (view.getUint8(0)) {
    case types.head:
      return decodeHead(id, isLast, rest)
    case types.data:
      return rest.byteLength > maxDataBytes ? null : { type: 'data', id, isLast, data: rest }
    case types.cancel:
      return { type: 'cancel', id }
    case types.credit:
      return rest.byteLength === 4 ? { type: 'credit', id, bytes: view.getUint32(prefixBytes) } : null
    default:
      return null
  }
}

/** The frames of a head and a whole body, each within the limits. */
export function* encodeWhole(
  id: number,
  head: unknown,
  body: Uint8Array,
): Generator<Uint8Array<ArrayBuffer>> {
  let sent = Math.min(body.byteLength, maxDataBytes)
  const data = body.subarray(0, sent)
  yield encodeFrame({ type: 'head', id, isLast: sent === body.byteLength, head, data })
  while (sent < body.byteLength) {
    const part = body.subarray(sent, sent + maxDataBytes)
    sent += part.byteLength
    yield encodeFrame({ type: 'data', id, isLast: sent === body.byteLength, data: part })
  }
}

function start(frame: Frame, more: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(prefixBytes + more)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, types[frame.type])
  if ('isLast' in frame && frame.isLast) view.setUint8(1, lastFlag)
  view.setUint32(2, frame.id)
  return bytes
}

function decodeHead(id: number, isLast: boolean, rest: Uint8Array): Frame | null {
  if (rest.byteLength < 4) return null
  const length = new DataView(rest.buffer, rest.byteOffset, rest.byteLength).getUint32(0)
  if (length > maxHeadBytes || length > rest.byteLength - 4) return null
  const data = rest.byteLength === 4 + length ? none : rest.subarray(4 + length)
  if (data.byteLength > maxDataBytes) return null
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(rest.subarray(4, 4 + length))
    return { type: 'head', id, isLast, head: JSON.parse(text), data }
  } catch {
    return null
  }
}
