import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { unusedPort } from '../unused-port.ts'
import { runStart, start, temporaryState } from './start.ts'

const states: { remove(): void }[] = []
const newState = () => {
  const state = temporaryState()
  states.push(state)
  return state.path
}
afterEach(() => {
  for (const state of states.splice(0)) state.remove()
})

/** Every process that descends from the one given. */
function descendants(pid: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
  const children = table.filter(([, parent]) => parent === pid).map(([child]) => child)
  return children.flatMap((child) => [child, ...descendants(child)])
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const refuses = (url: string) =>
  fetch(url).then(
    () => false,
    () => true,
  )

describe('stopping', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s leaves no process and no port behind', async (signal) => {
    const started = await start({ KEVAL_STATE: newState() })
    const family = descendants(started.process.pid!)
    expect(family.length).toBeGreaterThanOrEqual(2)
    expect(await started.stop(signal)).toBe(0)
    expect(family.filter(alive)).toEqual([])
    expect(await refuses(`${started.gateway}/healthz`)).toBe(true)
    expect(await refuses(`${started.node}/health`)).toBe(true)
  })

  it('the death of npm leaves nothing behind either', async () => {
    const started = await start({ KEVAL_STATE: newState() }, true)
    const family = descendants(started.process.pid!)
    started.process.kill('SIGKILL')
    await vi.waitFor(() => expect(family.filter(alive)).toEqual([]), { timeout: 15_000, interval: 100 })
    expect(await refuses(`${started.gateway}/healthz`)).toBe(true)
    expect(await refuses(`${started.node}/health`)).toBe(true)
  })
})

/** Makes the local database take its migrations for new ones, on tables that are there already. */
function forgetMigrations(folder: string): void {
  for (const file of readdirSync(folder).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name))) {
    const database = new DatabaseSync(join(folder, file))
    database.exec('DELETE FROM d1_migrations')
    database.close()
  }
}

describe('what cannot start', () => {
  const lines = (text: string) => text.trim().split('\n')

  it('names a taken port', async () => {
    const server = createServer()
    const port = await unusedPort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const { ended, output } = runStart({ KEVAL_STATE: newState(), PORT: String(port) })
    expect(await ended).not.toBe(0)
    expect(lines(output())).toEqual([`Port ${port} is taken: set PORT to another one.`])
    server.close()
  })

  it('says that a migration failed, and that data cannot be read', async () => {
    const state = newState()
    const folder = join(state, 'v3/d1/miniflare-D1DatabaseObject')
    const environment = { KEVAL_STATE: state, KEVAL_NODES: 'http://127.0.0.1:9' }
    await (await start(environment)).stop()
    const startAgain = async () => {
      const { ended, output } = runStart({ PORT: String(await unusedPort()), ...environment })
      expect(await ended).not.toBe(0)
      return lines(output())
    }
    forgetMigrations(folder)
    expect(await startAgain()).toEqual([expect.stringMatching(/^A database migration failed: .*exists/)])
    for (const file of readdirSync(folder)) writeFileSync(join(folder, file), 'not a database'.repeat(1000))
    expect(await startAgain()).toEqual([expect.stringMatching(/could not start on the data in .+: SQLite/)])
  })

  it('names a state folder that cannot be used', async () => {
    const file = join(newState(), 'file')
    writeFileSync(file, '')
    const { ended, output } = runStart({ KEVAL_STATE: file, PORT: String(await unusedPort()) })
    expect(await ended).not.toBe(0)
    expect(lines(output())).toEqual([expect.stringContaining(`The state folder ${file} cannot be used`)])
  })

  it('names a missing model directory', async () => {
    const ports = { PORT: String(await unusedPort()), NODE_PORT: String(await unusedPort()) }
    const { ended, output } = runStart({ KEVAL_STATE: newState(), KEVAL_MODEL: '/nowhere/keval', ...ports })
    expect(await ended).not.toBe(0)
    expect(lines(output())).toEqual([
      'There is no model directory at /nowhere/keval: set KEVAL_MODEL to one.',
    ])
  })
})
