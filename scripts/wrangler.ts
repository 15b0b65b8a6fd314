import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const root = join(import.meta.dirname, '..')

/** The pinned wrangler, to be run by Node.js. */
export const wranglerCommand = join(root, 'node_modules/wrangler/bin/wrangler.js')

/** Without usage reports, banner, questions and colours. */
export const wranglerEnvironment = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
  NO_COLOR: '1',
  CI: 'true',
}

export interface WranglerResult {
  code: number
  stdout: string
  stderr: string
}

/** Runs wrangler in the root of the repository and collects what it prints. */
export type RunWrangler = (args: string[]) => Promise<WranglerResult>

/** @param environment in addition to this process's */
export const wranglerRunner =
  (environment: NodeJS.ProcessEnv): RunWrangler =>
  (args) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [wranglerCommand, ...args], {
        cwd: root,
        env: { ...process.env, ...wranglerEnvironment, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let [stdout, stderr] = ['', '']
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }))
    })

/** The reason in wrangler's output: what stands after its mark of an error, without decoration. */
export function wranglerError({ stdout, stderr }: WranglerResult): string {
  const lines = stripVTControlCharacters(`${stderr}\n${stdout}`)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(If you think this is a bug|🪵|Logs were written)/u.test(line))
  const marked = lines.findIndex((line) => /\[?ERROR\]?/.test(line))
  const told = marked === -1 ? lines.slice(-5) : lines.slice(marked, marked + 8)
  return told.join(' ').replace(/^.*?\[?ERROR\]?\s*/, '')
}
