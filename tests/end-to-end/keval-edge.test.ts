import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unusedPort } from '../unused-port.ts'
import { runStart, temporaryState } from './start.ts'

/** The operator's command line: the same work as the npm scripts, from any folder. */

const command = join(import.meta.dirname, '../../bin/keval-edge.mjs')
const run = (...args: string[]) => spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' })

describe('keval-edge', () => {
  it('lists its commands, and explains each', () => {
    const list = run('--help')
    expect([list.status, list.stderr]).toEqual([0, ''])
    const names = [...list.stdout.matchAll(/^ {2}keval-edge (\S+)/gm)].map(([, name]) => name!)
    expect(names).toEqual(
      expect.arrayContaining(['start', 'serve', 'build', 'backup', 'restore', 'tenant', 'bounce']),
    )
    for (const name of names) {
      const help = run(name, '--help')
      expect([help.status, help.stderr]).toEqual([0, ''])
      expect(help.stdout).toContain(`keval-edge ${name}`)
    }
    const { version } = JSON.parse(readFileSync(join(command, '../../package.json'), 'utf8'))
    expect(run('--version').stdout).toBe(`keval-edge ${version}\n`)
  })

  it.each(['start', 'serve'])('the script %s explains itself, too', (name) => {
    const node = join(command, '../../node_modules/node/bin/node')
    const script = join(command, `../../scripts/${name}.ts`)
    const help = spawnSync(node, [script, '--help'], { encoding: 'utf8' })
    expect([help.status, help.stderr]).toEqual([0, ''])
    expect(help.stdout).toMatch(/^npm (start|run serve)/)
  })

  it.each([
    [['deliver'], 2, 'There is no command "deliver".'],
    [['serve', '--port', '3'], 1, "Unknown option '--port'"],
    [['start', 'now'], 1, 'takes no options'],
    [['backup'], 1, 'one file'],
    [['bounce', 'now'], 75, 'takes no arguments'],
  ])('refuses %j in one line, without a stack', (args, status, message) => {
    const refused = run(...args)
    expect([refused.status, refused.stdout]).toEqual([status, ''])
    expect(refused.stderr).toContain(message)
    expect(refused.stderr).not.toMatch(/^ {4}at /m)
  })

  it('serves, backs up while it serves, ends with the signal, and restores', async () => {
    const folder = temporaryState()
    const [port, nodePort] = [await unusedPort(), await unusedPort()]
    const environment = {
      KEVAL_STATE: join(folder.path, 'state'),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      PORT: String(port),
      NODE_PORT: String(nodePort),
    }
    const { child, ended, output } = runStart(environment, { script: 'bin/keval-edge.mjs', args: ['serve'] })
    while (!output().includes('  secrets ')) {
      expect(child.exitCode, output()).toBeNull()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const backup = join(folder.path, 'keval.backup')
    const env = { ...process.env, KEVAL_STATE: environment.KEVAL_STATE }
    execFileSync(process.execPath, [command, 'backup', backup], { env })
    child.kill('SIGTERM')
    expect(await ended, output()).toBe(0)
    const restored = join(folder.path, 'restored')
    const told = execFileSync(process.execPath, [command, 'restore', backup], {
      env: { ...process.env, KEVAL_STATE: restored },
      encoding: 'utf8',
    })
    expect(told).toContain(`to ${restored}`)
    expect(existsSync(join(restored, 'secrets.json'))).toBe(true)
    folder.remove()
  })
})
