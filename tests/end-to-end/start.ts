import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unusedPort } from '../unused-port.ts'

const root = join(import.meta.dirname, '../..')

export interface Started {
  process: ChildProcess
  gateway: string
  node: string
  key: string
  adminSecret: string
  nodeSecret: string
  output(): string
  /** Sends a signal and waits for the end; answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** A folder for local state that is removed by the caller's cleanup. */
export function temporaryState(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'keval-edge-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

interface RunOptions {
  /** Below a shell, as npm does. */
  belowShell?: boolean
  script?: string
  args?: string[]
  /** The version to run: a checkout, this one by default. */
  checkout?: string
}

/** Runs the start command, or another script, and collects what it prints. */
export function runStart(
  environment: Record<string, string>,
  { belowShell = false, script = 'scripts/start.ts', args = [], checkout = root }: RunOptions = {},
) {
  const [command, words] = belowShell ? ['sh', ['-c', `node ${script} & wait`]] : ['node', [script, ...args]]
  const child = spawn(command as string, words as string[], {
    cwd: checkout,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (data) => (text += data))
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  return { child, ended, output: () => text }
}

/** Starts everything on free ports and waits for the banner. */
export async function start(
  environment: Record<string, string> & { KEVAL_STATE: string },
  belowShell = false,
): Promise<Started> {
  const [port, nodePort] = [await unusedPort(), await unusedPort()]
  const { child, ended, output } = runStart(
    { PORT: String(port), NODE_PORT: String(nodePort), ...environment },
    { belowShell },
  )
  let over = false
  ended.then(() => {
    over = true
  })
  while (!output().includes('Ctrl-C stops everything')) {
    if (over) throw new Error(`The start ended early:\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const secrets = JSON.parse(readFileSync(join(environment.KEVAL_STATE, 'secrets.json'), 'utf8'))
  return {
    process: child,
    gateway: `http://127.0.0.1:${port}`,
    node: `http://127.0.0.1:${nodePort}`,
    key: /test API key\s+(\S+)/.exec(output())![1]!,
    adminSecret: secrets.admin,
    nodeSecret: secrets.node,
    output,
    stop: (signal = 'SIGINT') => {
      child.kill(signal)
      return ended
    },
  }
}
