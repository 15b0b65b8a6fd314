import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { NodeHealth } from '../../../schema/api/node-status.ts'

const root = join(import.meta.dirname, '../../..')
export const cli = join(root, 'inference-node/cli.ts')
export const embeddedModel = join(root, 'keval-mini/model')

export interface RunningNode {
  url: string
  port: number
  pid: number
  /** Everything it wrote so far. */
  output(): string
  /** Sends a signal and waits for the end; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  ended: Promise<number | null>
}

const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts `keval-node serve` with these options; does not wait for anything. */
export async function launchNode(args: string[], env: NodeJS.ProcessEnv = {}): Promise<RunningNode> {
  const port = args.includes('--port') ? Number(args[args.indexOf('--port') + 1]) : await freePort()
  const all = args.includes('--port') ? args : [...args, '--port', String(port)]
  const child = spawn(process.execPath, [cli, 'serve', '--threads', '1', ...all], {
    env: { ...process.env, KEVAL_NODE_SECRET: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  void ended.then(() => running.delete(child))
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid!,
    output: () => output,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
    ended,
  }
}

/** Starts a node and waits until it is ready. */
export async function startNode(args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<RunningNode> {
  const node = await launchNode(args, env)
  await untilHealth(node, ({ status }) => status === 'ready')
  return node
}

export async function readHealth({ url }: RunningNode): Promise<NodeHealth> {
  return NodeHealth.parse(await (await fetch(`${url}/health`)).json())
}

/** Polls `/health` until the report satisfies; rejects with the node's output when it ends before. */
export async function untilHealth(
  node: RunningNode,
  satisfies: (report: NodeHealth) => boolean,
): Promise<NodeHealth> {
  let over = false
  void node.ended.then(() => {
    over = true
  })
  for (;;) {
    const report = await readHealth(node).catch(() => null)
    if (report && satisfies(report)) return report
    if (over) throw new Error(`the node ended:\n${node.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Waits for a line of the node's output. */
export async function untilLine(node: RunningNode, satisfies: (line: string) => boolean): Promise<string> {
  for (;;) {
    const line = node.output().split('\n').find(satisfies)
    if (line !== undefined) return line
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Pids of the processes that a process started. */
export function listChildren(pid: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number))
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child!)
}

/** Waits until none of the processes is there any more; one that only waits for its parent's notice is gone. */
export async function untilEnded(...pids: number[]): Promise<void> {
  const there = () => {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,stat='], { encoding: 'utf8' }).trim().split('\n')
    const states = lines.map((line) => line.trim().split(/\s+/))
    return states.some(([pid, state]) => pids.includes(Number(pid)) && !state!.startsWith('Z'))
  }
  while (there()) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Posts a chat request; the model's name is filled in. */
export async function chat(
  node: RunningNode,
  body: Record<string, unknown>,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${node.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ messages: [{ role: 'user', content: '안녕하세요' }], ...body }),
    signal,
  })
}

/** The data of server-sent events, in order. */
export async function parseEvents(response: Response): Promise<string[]> {
  const text = await response.text()
  return text
    .split('\n\n')
    .filter(Boolean)
    .map((event) => event.replace(/^data: /, ''))
}

/** The value of a metric without labels. */
export async function metric(node: RunningNode, name: string): Promise<number> {
  const text = await (await fetch(`${node.url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return Number(line?.split(' ')[1])
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
