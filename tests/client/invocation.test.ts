import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { startCommand } from './command.ts'

/** Nothing listens there: these invocations send nothing. */
const settings = { KEVAL_URL: 'http://127.0.0.1:1', KEVAL_API_KEY: 'kev_test_of_nobody' }

const start = (args: string[], environment: Record<string, string> = {}, program?: string[]) =>
  startCommand(args, { XDG_CONFIG_HOME: '/nonexistent', ...settings, ...environment }, '', program)
const keval = (...args: string[]) => start(args).ended

describe('keval', () => {
  it('speaks Korean where the locale does', async () => {
    expect((await start(['wait'], { LANG: 'ko_KR.UTF-8' }).ended).err).toMatch(/평가 ID를 하나 입력하세요/)
    expect((await keval('wait', '--language', 'ko')).err).toMatch(/평가 ID를 하나 입력하세요/)
    expect((await keval('help', 'eval', '--language', 'ko')).out).toMatch(
      /--preview +파일이 어떻게 해석되는지/,
    )
    expect((await start(['wait'], { LANG: 'ko_KR.UTF-8', LC_ALL: 'C' }).ended).err).toMatch(/Specify the ID/)
  })

  it.each(['bash', 'zsh', 'fish'])('prints a completion script for %s, and its version', async (shell) => {
    const { code, out } = await keval('completion', shell)
    expect([code, out]).toEqual([0, expect.stringContaining('leaderboard')])
    expect((await keval('--version')).out).toMatch(/^keval \d+\.\d+\.\d+\n$/)
  })

  it('completes commands and options in bash', async () => {
    const script = (await keval('completion', 'bash')).out
    const complete = (words: string[]) => {
      const quoted = words.map((word) => `'${word}'`).join(' ')
      const line = `${script}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _keval; echo "\${COMPREPLY[@]}"`
      return start([], {}, ['bash', '--norc', '-c', line]).ended
    }
    expect((await complete(['keval', 'lea'])).out).toBe('leaderboard\n')
    expect((await complete(['keval', 'eval', '--prev'])).out).toBe('--preview\n')
    expect((await complete(['keval', 'report', '--format', 'm'])).out).toBe('markdown\n')
  })
})

describe('options before the command', () => {
  it('are checked, and every command has help', async () => {
    const wrong = await keval('--language', 'fr', 'list')
    expect([wrong.code, wrong.err]).toEqual([2, '--language must be en or ko.\n'])
    const help = await keval('completion', '--help')
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('keval completion bash')])
  })
})

describe('a wrong invocation', () => {
  it('is named with the option that was meant, in the language of the user', async () => {
    const korean = (...args: string[]) => start(args, { LANG: 'ko_KR.UTF-8' }).ended
    expect(await keval('eval', 'x.jsonl', '--modle', 'judge')).toMatchObject({
      code: 2,
      err: 'There is no option --modle here. Did you mean --model?\n',
    })
    expect((await korean('eval', 'x.jsonl', '--preveiw')).err).toBe(
      '--preveiw 옵션은 없습니다. --preview을(를) 찾으셨나요?\n',
    )
    expect((await keval('list', '--zzzzzzzz')).err).toContain('--help lists')
    expect((await keval('list', '--answers', 'x')).err).toContain('There is no option --answers here.')
    for (const args of [['--model'], ['--model', '--json']]) {
      const { code, err } = await keval('judge', '--question', 'q', '--answer', 'a', ...args)
      expect([code, err]).toEqual([2, expect.stringContaining('--model needs a value (JUDGE).')])
    }
    expect((await korean('list', '--json=1')).err).toContain('--json에는 값을 적지 않습니다.')
    expect((await keval('evaluate', 'x')).err).toMatch(
      /^There is no command "keval evaluate". Did you mean keval eval\?/,
    )
  })

  it('ends with the process that launched it', async () => {
    // an older Node.js launches another one, and a killed launcher hands nothing on
    const child = spawn(process.execPath, ['-e', launch], {
      env: { PATH: process.env.PATH, MAIN: join(import.meta.dirname, '../../client/command/main.ts') },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [pid] = (await once(child.stdout!, 'data')) as [Buffer]
    child.kill('SIGKILL')
    await vi.waitFor(() => expect(() => process.kill(Number(String(pid)), 0)).toThrow(/ESRCH/), {
      timeout: 20_000,
    })
  })
})

/** Launches a command that waits for its input, and tells its process id. */
const launch = `
const { spawn } = require('node:child_process')
const child = spawn(process.execPath, [process.env.MAIN, 'login', '--url', 'http://127.0.0.1:1', '--key-stdin'], {
  env: { ...process.env, KEVAL_LAUNCHER_PID: String(process.pid) },
  stdio: ['pipe', 'ignore', 'ignore'],
})
child.on('spawn', () => process.stdout.write(String(child.pid)))
setInterval(() => {}, 1000)
`
