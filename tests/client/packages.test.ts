import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type EvaluatingGateway, startEvaluating } from '../evaluations/gateway.ts'
import { type JudgingNode, judgingNode } from '../evaluations/judging-node.ts'
import { unusedPort } from '../unused-port.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'keval-packages-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every Node.js of this machine: the one that runs the tests, and those of PATH outside `node_modules`. */
const nodes = [
  process.execPath,
  ...(process.env.PATH ?? '')
    .split(delimiter)
    .filter((place) => !place.includes('node_modules'))
    .map((place) => join(place, 'node'))
    .filter((file) => existsSync(file)),
]
const byVersion = new Map(
  nodes.map((file) => [execFileSync(file, ['--version'], { encoding: 'utf8' }).trim(), file]),
)

const pack = (script: string) =>
  execFileSync('npm', ['run', '-s', script], { cwd: root, encoding: 'utf8' }).trim().split('\n').at(-1)!

describe('the package keval', () => {
  let gateway: EvaluatingGateway
  let judge: JudgingNode
  let tarball: string
  const installed = join(folder, 'empty/node_modules/keval')

  beforeAll(async () => {
    tarball = pack('pack:client')
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    writeFileSync(join(empty, 'package.json'), '{"type":"module"}')
    execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: empty })
    judge = await judgingNode('judge')
    gateway = await startEvaluating({ NODES: judge.url })
  })
  afterAll(async () => {
    await gateway.stop()
    await judge.close()
  })

  it('is small, and brings nothing', () => {
    expect(statSync(tarball).size).toBeLessThan(1_000_000)
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest).not.toHaveProperty('scripts')
    expect(existsSync(join(folder, 'empty/node_modules/zod'))).toBe(false)
  })

  it.each([...byVersion])('evaluates a file and serves its library on Node.js %s', async (_, node) => {
    const file = join(folder, 'answers.jsonl')
    writeFileSync(file, '{"question":"질문","answer":"답"}\n')
    const script = join(folder, 'empty/library.js')
    writeFileSync(
      script,
      `import { Keval, KevalError } from 'keval'
const keval = new Keval({ url: process.env.KEVAL_URL, apiKey: process.env.KEVAL_API_KEY })
const { rating } = await keval.judge({ model: 'judge', question: '수도는?', answer: '서울' })
const error = await keval.evaluation('evl_none').catch((error) => error)
console.log(rating, error instanceof KevalError, error.code)`,
    )
    const command = join(folder, 'empty/node_modules/.bin/keval')
    const evaluated = await runNode(node, [command, 'eval', file, '--wait', '--json'])
    expect(JSON.parse(evaluated)).toMatchObject({ object: 'evaluation.report', status: 'completed' })
    expect(await runNode(node, [script])).toBe('5 true not_found\n')
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(await runNode(node, [command, '--version'])).toBe(`keval ${version}\n`)
    expect(await runNode(node, [command, 'help', 'run'])).toContain('--target-model')
  })

  it('has types that stand alone', () => {
    const script = join(folder, 'empty/parse-form.ts')
    writeFileSync(
      script,
      `import { type ErrorCode, type Evaluation, Keval, KevalError } from 'keval'
const keval = new Keval({ url: 'http://gateway.test', apiKey: 'key', language: 'ko' })
const judgment = await keval.judge({ model: 'judge', question: 'q', answer: 'a' }, { signal: AbortSignal.timeout(1) })
const rating: number | null = judgment.rating
const id: string = judgment.id
const evaluation: Evaluation = await keval.evaluate('', { model: 'judge', repeats: 2 })
const status: 'receiving' | 'running' | 'paused' | 'completed' | 'cancelled' = evaluation.status
const code: ErrorCode = 'rate_limited'
const page = await keval.rows.list(id, { verdict: 'rated', min_rating: 3, limit: 5 })
const hand: number | undefined = (await keval.rows.get(id, page.data[0]!.row)).turns[0]!.labelled_by_hand?.label
const url: string = (await keval.shareLinks.create(id, { expires_in_days: 7 })).url
for await (const { note } of keval.rows.labels(id)) console.log(note.length)
for await (const { verdict } of keval.judgments.list({ search: '수도' })) console.log(verdict)
// @ts-expect-error no such verdict
await keval.rows.list(id, { verdict: 'good' })
// @ts-expect-error a question is text
await keval.judge({ model: 'judge', question: 7, answer: 'a' })
// @ts-expect-error no such field
judgment.grade
export { code, hand, id, KevalError, rating, status, url }
`,
    )
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', '']
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const checked = spawnText(process.execPath, [
      compiler,
      ...options,
      '--lib',
      'es2024,dom,dom.iterable',
      script,
    ])
    expect(checked).toBe('')
  })

  const runNode = (node: string, args: string[]) =>
    new Promise<string>((resolve, reject) => {
      const child = spawn(node, args, { env: { KEVAL_URL: gateway.url, KEVAL_API_KEY: gateway.key } })
      let [out, err] = ['', '']
      child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
      child.stderr.setEncoding('utf8').on('data', (text) => (err += text))
      child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${code}: ${err}`))))
    })
})

function spawnText(file: string, args: string[]): string {
  try {
    return execFileSync(file, args, { cwd: join(folder, 'empty'), encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    return String((error as { stdout: string }).stdout)
  }
}

describe('the package keval-node', () => {
  beforeAll(() => {
    pack('pack:node')
  })

  it.each([...byVersion])(
    'serves keval-mini on Node.js %s, with what its dependencies are',
    async (version, node) => {
      const place = join(folder, `node-${version}`)
      cpSync(join(root, 'dist/keval-node'), place, { recursive: true })
      const { dependencies } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))
      expect(Object.keys(dependencies)).toContain('onnxruntime-node')
      expect(
        Object.keys(dependencies).filter((name) => /wrangler|miniflare|drizzle|jose|zod-openapi/.test(name)),
      ).toEqual([])
      symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'))
      const program = join(place, 'inference-node/cli.js')
      const { version: own } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
      expect(execFileSync(node, [program, '--version'], { encoding: 'utf8' })).toBe(`keval-node ${own}\n`)
      const port = await unusedPort()
      const child = spawn(node, [program, 'serve', '--port', String(port), '--threads', '1'])
      try {
        const ask = async () => {
          const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
              model: 'keval-mini',
              messages: [{ role: 'user', content: '안녕' }],
              max_tokens: 2,
            }),
          })
          expect(response.status).toBe(200)
        }
        await vi.waitFor(ask, { timeout: 40_000, interval: 200 })
      } finally {
        child.kill()
      }
    },
  )
})
