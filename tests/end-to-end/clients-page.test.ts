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

  it('gives promptfoo a grader that tells verdicts from refusals', async () => {
    const [config] = snippets('yaml')
    const setting = (name: string) =>
      new RegExp(`^ *${name}: (?:'(.*)'|"(.*)"|(.*))$`, 'm').exec(config!)!.slice(1).join('')
    const run = (expression: string, values: Record<string, unknown>) =>
      new Function(...Object.keys(values), `return (${expression})`)(...Object.values(values))
    const ask = async (model: string, key: string) => {
      const prompt = setting('rubricPrompt')
        .replace('keval-mini', model)
        .replace('{{question | dump}}', JSON.stringify('광합성이 "무엇"인가요?'))
        .replace('{{output | dump}}', JSON.stringify('식물이 빛으로 양분을 만드는 일입니다.'))
      const response = await fetch(`${started.gateway}/v1/judgments`, {
        method: setting('method'),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify(run(setting('transformRequest'), { prompt })),
      })
      return {
        accepted: run(setting('validateStatus'), { status: response.status }),
        json: (await response.json()) as Record<string, unknown>,
      }
    }
    const { accepted, json } = await ask('keval-mini', started.key)
    const graded = run(setting('transformResponse'), { json: { ...json, verdict: 'rated', rating: 8 } })
    expect([accepted, graded]).toEqual([true, { pass: true, score: 0.8, reason: json.explanation }])
    const unrated = { ...json, verdict: 'no_rating', rating: null }
    expect(run(setting('transformResponse'), { json: unrated })).toEqual({ error: 'No rating: no_rating' })
    expect((await ask('keval-mini', 'kev_test_wrong')).accepted).toBe(false)
    expect((await ask('keval-none', started.key)).accepted).toBe(false)
  })
})
