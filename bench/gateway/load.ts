import { connect } from 'node:net'

/** One request of the load; `body` gets its number, so that requests can be told apart. */
export interface Load {
  url: string
  headers: (serial: number) => Record<string, string>
  body: (serial: number) => string
  connections: number
  seconds: number
}

export interface Measured {
  perSecond: number
  p50: number
  p99: number
  requests: number
  failed: number
}

/**
 * Sends requests over kept connections, each connection one at a time, and reads whole answers. Plain sockets:
 * the generator shares the machine with what it measures, so it has to be cheap.
 */
export async function measure(load: Load): Promise<Measured> {
  const times: number[] = []
  let [serial, failed] = [0, 0]
  const until = performance.now() + load.seconds * 1000
  const started = performance.now()
  await Promise.all(Array.from({ length: load.connections }, () => connection()))
  const seconds = (performance.now() - started) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), requests: times.length, failed }

  function connection(): Promise<void> {
    const { hostname, port, pathname } = new URL(load.url)
    const socket = connect(Number(port), hostname).setNoDelay(true)
    let received = Buffer.alloc(0)
    let sentAt = 0
    const send = () => {
      serial += 1
      const body = load.body(serial)
      const headers = { host: hostname, 'content-type': 'application/json', ...load.headers(serial) }
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      sentAt = performance.now()
      socket.write(
        `POST ${pathname} HTTP/1.1\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    }
    return new Promise((resolve, reject) => {
      socket.on('connect', send)
      socket.on('error', reject)
      socket.on('data', (data) => {
        received = received.length === 0 ? data : Buffer.concat([received, data])
        const status = wholeAnswer(received)
        if (status === null) return
        times.push(performance.now() - sentAt)
        if (status !== 200) failed += 1
        received = Buffer.alloc(0)
        if (performance.now() < until) return send()
        socket.destroy()
        resolve()
      })
    })
  }
}

/** The status of an answer that is there to its last byte, whichever way it is framed. */
function wholeAnswer(bytes: Buffer): number | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = bytes.toString('latin1', 0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)
  const whole =
    length === null
      ? bytes.subarray(-5).toString('latin1') === '0\r\n\r\n'
      : bytes.length >= end + 4 + Number(length[1])
  return whole ? Number(head.slice(9, 12)) : null
}
