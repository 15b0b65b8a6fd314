import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unusedPort } from '../unused-port.ts'
import { runStart } from './start.ts'

export interface Served {
  process: ChildProcess
  gateway: string
  node: string
  output(): string
  operator(path: string, init?: RequestInit): Promise<Response>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Runs the service on free ports and waits until it serves. */
export async function serve(
  environment: Record<string, string> & { KEVAL_STATE: string },
  args: string[] = [],
  checkout?: string,
): Promise<Served> {
  const [port, nodePort] = [await unusedPort(), await unusedPort()]
  const ports = { PORT: String(port), NODE_PORT: String(nodePort) }
  const { child, ended, output } = runStart(
    { PUBLIC_URL: `http://127.0.0.1:${port}`, ...ports, ...environment },
    { script: 'scripts/serve.ts', args, ...(checkout !== undefined && { checkout }) },
  )
  let over = false
  ended.then(() => {
    over = true
  })
  while (!output().includes('  secrets ')) {
    if (over) throw new Error(`The service ended early:\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { admin } = JSON.parse(readFileSync(join(environment.KEVAL_STATE, 'secrets.json'), 'utf8'))
  const gateway = `http://127.0.0.1:${port}`
  return {
    process: child,
    gateway,
    node: `http://127.0.0.1:${nodePort}`,
    output,
    operator: (path, init) => {
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${admin}`)
      return fetch(gateway + path, { ...init, headers })
    },
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
  }
}
