import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Started, start, temporaryState } from './start.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/CLIENTS.md'), 'utf8')
const state = temporaryState()
// below the repository, so that packages are found
mkdirSync(join(root, 'dist'), { recursive: true })
const folder = mkdtempSync(join(root, 'dist/clients-page-'))
let started: Started

beforeAll(async () => {
  started = await start({ KEVAL_STATE: state.path })
  writeFileSync(
    join(folder, 'keval'),
    `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/keval.mjs')}' "$@"\n`,
  )
  chmodSync(join(folder, 'keval'), 0o755)
  execFileSync('npm', ['run', '-s', 'pack:client'], { cwd: root })
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(root, 'dist/keval'), join(folder, 'node_modules/keval'))
})
afterAll(async () => {
  await started.stop()
  state.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** The code of the page in one language, in order. */
const snippets = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code]) => code!)

function run(program: string, args: string[]) {
  const environment = {
    PATH: `${folder}:${process.env.PATH}`,
    KEVAL_URL: started.gateway,
    KEVAL_API_KEY: started.key,
    JUDGE: 'keval-mini',
    XDG_CONFIG_HOME: folder,
  }
  const child = spawn(program, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text))
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, out, err })),
  )
}

describe('docs/CLIENTS.md', () => {
  // the first block sets the variables, which are set here
  it.each(snippets('sh').slice(1))('%s', async (code) => {
    const { code: exit, out, err } = await run('bash', ['-e', '-o', 'pipefail', '-c', code])
    expect(exit, err).toBe(0)
    expect(out).not.toMatch(/"code":"[a-z_]+","source"/)
  })

  it.each(snippets('ts'))('%s', async (code) => {
    const file = join(folder, 'snippet.ts')
    writeFileSync(file, code)
    const { code: exit, out, err } = await run(process.execPath, [file])
    expect(exit, err).toBe(0)
    expect(out).not.toBe('')
  })
})
