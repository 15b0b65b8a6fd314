import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
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
    const state = newState()
    // also in a folder that everybody may look into, what is kept is its owner's alone
    chmodSync(state, 0o755)
    const started = await start({ KEVAL_STATE: state })
    const readable = readdirSync(state).filter((name) => (statSync(join(state, name)).mode & 0o077) !== 0)
    expect(readable).toEqual([])
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
    expect(started.output()).toContain('Stopped: the process that ran the start has ended.')
  })

  it.runIf(process.platform === 'linux')(
    'a start that is killed leaves nothing, and the next begins',
    async () => {
      const state = newState()
      const killed = await start({ KEVAL_STATE: state })
      const family = descendants(killed.process.pid!)
      await killed.stop('SIGKILL')
      await vi.waitFor(() => expect(family.filter(alive)).toEqual([]), { timeout: 15_000, interval: 100 })
      const next = await start({ KEVAL_STATE: state })
      expect((await fetch(`${next.gateway}/healthz`)).status).toBe(200)
      await next.stop()
    },
  )
})

describe('beside a start that hangs', () => {
  it('another one says which process has the state folder, or the port', async () => {
    const state = newState()
    const hanging = await start({ KEVAL_STATE: state, KEVAL_NODES: 'http://127.0.0.1:9' })
    const { pid } = hanging.process
    const port = new URL(hanging.gateway).port
    const family = [pid!, ...descendants(pid!)]
    for (const member of family) process.kill(member, 'SIGSTOP')
    try {
      for (const PORT of [port, String(await unusedPort())]) {
        const { ended, output } = runStart({ KEVAL_STATE: state, PORT })
        expect(await ended).toBe(1)
        expect(output().trim()).toBe(
          `The state folder ${state} is in use by process ${pid} (gateway on port ${port}). Stop it (kill ${pid}; if it hangs, kill -9 ${pid}), or set KEVAL_STATE to another folder.`,
        )
      }
      const { ended, output } = runStart({ KEVAL_STATE: newState(), PORT: port })
      expect(await ended).toBe(1)
      expect(output().trim()).toMatch(takenPort(port, family))
    } finally {
      for (const member of family) process.kill(member, 'SIGCONT')
    }
    expect(await hanging.stop()).toBe(0)
  })

  it('another one says so, too, when only its gateway is left', async () => {
    const state = newState()
    const server = createServer()
    const port = await unusedPort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    writeFileSync(join(state, 'in-use.json'), JSON.stringify({ pid: 1, port }))
    const { ended, output } = runStart({ KEVAL_STATE: state, PORT: String(await unusedPort()) })
    expect(await ended).toBe(1)
    expect(output().trim()).toMatch(
      new RegExp(`^An earlier start on ${state} was killed, and the port ${port} .*still taken.*in-use.json`),
    )
    server.close()
  })
})

/** Linux says who has a port. */
function takenPort(port: number | string, holders: number[]): RegExp {
  const by = `by process (${holders.join('|')}) \\(.+\\): end that, or`
  return new RegExp(
    `^Port ${port} is taken${process.platform === 'linux' ? ` ${by}` : ':'} set PORT to another one.$`,
  )
}

/** Runs SQL on the local control database. */
function onControlDatabase(folder: string, sql: string): void {
  for (const file of readdirSync(folder).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name))) {
    const database = new DatabaseSync(join(folder, file))
    database.exec(sql)
    database.close()
  }
}

describe('the runtime of the gateway', () => {
  it('is replaced when it is killed, with a line in the console that counts', async () => {
    const started = await start({ KEVAL_STATE: newState(), KEVAL_NODES: 'http://127.0.0.1:9' })
    for (const count of [1, 2]) {
      const pid = Number(
        execFileSync('pgrep', ['-P', String(started.process.pid), '-f', 'workerd'], {
          encoding: 'utf8',
        }).split('\n')[0],
      )
      process.kill(pid, 'SIGKILL')
      await vi.waitFor(() => expect(started.output()).toContain(`started again (${count} so far)`), {
        timeout: 20_000,
      })
      const keys = await fetch(`${started.gateway}/v1/keys`, {
        headers: { authorization: `Bearer ${started.key}` },
      })
      expect(keys.status).toBe(200)
    }
    await started.stop()
  })
})

describe('what cannot start', () => {
  const lines = (text: string) => text.trim().split('\n')

  it('names a taken port', async () => {
    const server = createServer()
    const port = await unusedPort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const { ended, output } = runStart({ KEVAL_STATE: newState(), PORT: String(port) })
    expect(await ended).not.toBe(0)
    expect(lines(output())).toEqual([expect.stringMatching(takenPort(port, [process.pid]))])
    server.close()
  })

  it('says that data are of another version, that a migration failed, and that data cannot be read', async () => {
    const state = newState()
    const folder = join(state, 'v3/d1/miniflare-D1DatabaseObject')
    const environment = { KEVAL_STATE: state, KEVAL_NODES: 'http://127.0.0.1:9' }
    await (await start(environment)).stop()
    const startAgain = async () => {
      const { ended, output } = runStart({ PORT: String(await unusedPort()), ...environment })
      expect(await ended).not.toBe(0)
      return lines(output())
    }
    onControlDatabase(folder, "INSERT INTO d1_migrations (name) VALUES ('9999_later.sql')")
    expect(await startAgain()).toEqual([
      'The state folder was written by another version of keval-edge (migration 9999_later.sql is unknown here): use that version, or set KEVAL_STATE to another folder.',
    ])
    // new ones, on tables that are there already
    onControlDatabase(folder, 'DELETE FROM d1_migrations')
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
    // a place where the system makes no folders
    const nowhere = runStart({ KEVAL_STATE: '/proc/keval/state', PORT: String(await unusedPort()) })
    expect(await nowhere.ended).not.toBe(0)
    expect(lines(nowhere.output())).toEqual([expect.stringContaining('cannot be used')])
  })

  it('names an address of a node without a scheme', async () => {
    const { ended, output } = runStart({
      KEVAL_STATE: newState(),
      KEVAL_NODES: 'http://127.0.0.1:9, 127.0.0.1:8000',
      PORT: String(await unusedPort()),
    })
    expect(await ended).not.toBe(0)
    expect(lines(output())).toEqual(['KEVAL_NODES: address 2 must begin with http:// or https://.'])
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
