import { createServer } from 'node:net'
import { describeListener, listenerOn } from './listener.ts'
import { StartProblem } from './problem.ts'

/** A port number from the environment, free to listen on at 127.0.0.1. */
export async function freePort(variable: string, fallback: number): Promise<number> {
  const given = process.env[variable] ?? String(fallback)
  const port = Number(given)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StartProblem(`${variable} must be a port from 1 to 65535, not "${given}".`)
  }
  await new Promise<void>((resolve, reject) => {
    const server = createServer()
    server.once('error', ({ message }) => {
      const holder = listenerOn(port)
      const taken = holder === null ? 'is taken: ' : `is taken by ${describeListener(holder)}: end that, or `
      const why = message.includes('EADDRINUSE') ? taken : `cannot be used (${message}): `
      reject(new StartProblem(`Port ${port} ${why}set ${variable} to another one.`))
    })
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
  return port
}
