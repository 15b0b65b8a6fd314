import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const root = join(import.meta.dirname, '../..')
const limitMs = 120_000

/** Milliseconds from the command to each point of a start, and of the first requests after it. */
export interface StartTimes {
  nodeAnswers: number
  gatewayAnswers: number
  /** The banner with the key is printed. */
  ready: number
  /** The first request with a key, by itself. */
  firstRequest: number
  /** The first judgment, which the node makes, by itself. */
  firstJudgment: number
  /** The same judgment again. */
  firstRepeat: number
  /** From an upload of one row until it is judged. */
  firstEvaluation: number
}

/** A state folder that starts can share. */
export function temporaryState(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'keval-edge-bench-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Runs `npm start`'s script on a state folder and stops it again. */
export async function measureStart(state: string): Promise<StartTimes> {
  const [port, nodePort] = [await unusedPort(), await unusedPort()]
  const startedAt = performance.now()
  const since = () => performance.now() - startedAt
  const child = spawn(process.execPath, [join(root, 'scripts/start.ts')], {
    cwd: root,
    env: { ...process.env, KEVAL_STATE: state, PORT: String(port), NODE_PORT: String(nodePort) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const until = async (isReached: () => Promise<boolean> | boolean) => {
    while (!(await isReached())) {
      if (child.exitCode !== null || since() > limitMs) throw new Error(`The start failed:\n${output}`)
      await sleep(5)
    }
    return since()
  }
  try {
    const gateway = `http://127.0.0.1:${port}`
    const [nodeAnswers, gatewayAnswers, ready] = await Promise.all([
      until(() => answers(`http://127.0.0.1:${nodePort}/health`)),
      until(() => answers(`${gateway}/healthz`)),
      until(() => output.includes('Ctrl-C stops everything')),
    ])
    const key = /test API key\s+(\S+)/.exec(output)![1]!
    const model = /models\s+([^\s,]+)/.exec(output)![1]!
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const call = async (path: string, body?: string) => {
      const response = await fetch(gateway + path, { headers, ...(body && { method: 'POST', body }) })
      const answer = await response.text()
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${answer}`)
      return answer
    }
    const judgment = JSON.stringify({
      model,
      question: '광합성이란?',
      answer: '식물이 빛으로 양분을 만드는 일입니다.',
    })
    const firstRequest = await timed(() => call('/v1/limits'))
    const firstJudgment = await timed(() => call('/v1/judgments', judgment))
    const firstRepeat = await timed(() => call('/v1/judgments', judgment))
    const firstEvaluation = await timed(async () => {
      const row = JSON.stringify({ id: '1', question: '수도는?', answer: '서울입니다.' })
      const { id } = JSON.parse(await call(`/v1/evaluations?model=${model}&name=bench`, row)) as {
        id: string
      }
      await until(async () => JSON.parse(await call(`/v1/evaluations/${id}`)).status === 'completed')
    })
    return { nodeAnswers, gatewayAnswers, ready, firstRequest, firstJudgment, firstRepeat, firstEvaluation }
  } finally {
    child.kill('SIGINT')
    await ended
  }
}

/** Milliseconds until a Worker that does nothing answers, packages included. */
export async function measureBareStart(): Promise<number> {
  return timed(async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'floor-process.ts')])
    child.stderr.resume()
    await once(child.stdout, 'data')
    // it ends by itself; the time is that of the answer
    void once(child, 'close')
  })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

const answers = (url: string) =>
  fetch(url).then(
    async (response) => {
      await response.body?.cancel()
      return response.ok
    },
    () => false,
  )

function unusedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
