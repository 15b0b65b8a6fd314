import { createServer } from 'node:net'
import { describeListener, listenerOn } from './listener.ts'
import { StartProblem } from './problem.ts'

/** The port of a setting, free to listen on at 127.0.0.1. */
export async function freePort(
  setting: string,
  given: string | undefined,
  fallback: number,
): Promise<number> {
  const port = Number(given ?? fallback)
  await new Promise<void>((resolve, reject) => {
    const server = createServer()
    server.once('error', ({ message }) => {
      const holder = listenerOn(port)
      const taken = holder === null ? 'is taken: ' : `is taken by ${describeListener(holder)}: end that, or `
      const why = message.includes('EADDRINUSE') ? taken : `cannot be used (${message}): `
      reject(new StartProblem(`Port ${port} ${why}set ${setting} to another one.`))
    })
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
  return port
}
