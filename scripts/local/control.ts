import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The port and token by which another process of the same user reaches this one, kept in the state folder. */
export interface Control {
  port: number
  token: string
}

/** Serves one request on loopback, for users who can read the state folder: a snapshot of the data. */
export async function startControl(
  takeSnapshot: () => Promise<{ folder: string; pausedMs: number }>,
): Promise<Control & { close(): Promise<void> }> {
  const token = randomBytes(24).toString('base64url')
  const expected = Buffer.from(`Bearer ${token}`)
  let last: Promise<unknown> = Promise.resolve()
  const server = createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.writeHead(401).end()
      return
    }
    if (request.method !== 'POST' || request.url !== '/snapshot') {
      response.writeHead(404).end()
      return
    }
    // one at a time: each removes what an earlier one left
    const taken = last.then(takeSnapshot)
    last = taken.catch(() => undefined)
    taken.then(
      (snapshot) => response.end(JSON.stringify(snapshot)),
      (error: Error) => response.writeHead(500).end(JSON.stringify({ problem: error.message })),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    token,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Asks the process that has the state folder for a snapshot. */
export async function askForSnapshot({
  port,
  token,
}: Control): Promise<{ folder: string; pausedMs: number }> {
  const response = await fetch(`http://127.0.0.1:${port}/snapshot`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  const body = (await response.json()) as { folder: string; pausedMs: number; problem?: string }
  if (!response.ok) throw new Error(body.problem)
  return body
}
