import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, start, temporaryState } from './start.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'keval-readme-'))
const state = temporaryState()
let started: Started

beforeAll(async () => {
  started = await start({ KEVAL_STATE: state.path })
})
afterAll(async () => {
  await started.stop()
  state.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** The commands of a page, with what a reader fills in filled in. */
const readSnippets = (file: string) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, code]) => code!)
const fillIn = (code: string) =>
  code
    .replaceAll('http://127.0.0.1:8787', started.gateway)
    .replaceAll('kev_test_…', started.key)
    .replaceAll('npx keval-node', join(root, 'bin/keval-node.mjs'))
    .replaceAll('npx keval', join(root, 'bin/keval.mjs'))
    .replace('path/to/keval-2-3b', join(root, 'tests/fixtures/checkpoints/tiny-llama'))
    .replaceAll('models/keval-2-3b', join(folder, 'model'))

function run(code: string) {
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', fillIn(code)], {
    cwd: folder,
    env: { PATH: process.env.PATH!, XDG_CONFIG_HOME: folder, LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text))
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, out, err })),
  )
}

describe.each(['README.md', 'README.ko.md'])('%s', (file) => {
  const [install, judge, evaluate, convert, nodes] = readSnippets(file)

  it('starts with the two commands that every test of this folder starts with', () => {
    expect(install).toBe('npm ci\nnpm start\n')
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(scripts.start).toBe('exec node scripts/start.ts')
  })

  it('judges an answer, and the second time from the cache', async () => {
    await run(judge!)
    const { out, err } = await run(judge!)
    expect(out, err).toMatch(/^HTTP\/1\.1 200/)
    expect(out).toContain('cache-status: keval-edge; hit')
    expect(out).toMatch(/"rating":\d/)
  })

  it('evaluates a file', async () => {
    const { code, out, err } = await run(evaluate!)
    expect(code, err).toBe(0)
    expect(out).toContain('keval-mini')
  })

  it('converts a checkpoint', async () => {
    const [command, start] = convert!.trim().split('\n')
    const { code, err } = await run(command!)
    expect(code, err).toBe(0)
    expect(start).toBe('KEVAL_MODEL=models/keval-2-3b npm start')
    rmSync(join(folder, 'model'), { recursive: true })
  })

  it('names the setting of nodes that run elsewhere', () => {
    // the start with such nodes is tested in outside-nodes.test.ts
    expect(nodes).toBe('KEVAL_NODES=http://127.0.0.1:8000 npm start\n')
  })
})
