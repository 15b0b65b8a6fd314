import { createServer } from 'node:net'

/** Test files run side by side: each worker takes ports of its own hundreds, below those that the system hands out. */
const first = 12_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 80) * 200
let next = Math.floor(Math.random() * 200)

/** A port of this worker on which nothing listens. */
export async function unusedPort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = first + (next++ % 200)
    if (await isUnused(port)) return port
  }
  throw new Error(`every port from ${first} to ${first + 199} is in use`)
}

const isUnused = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
