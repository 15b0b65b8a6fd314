import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { LogFile } from '../../scripts/local/log-file.ts'
import { startOutbox } from '../../scripts/local/outbox.ts'
import { json } from '../json.ts'
import { unusedPort } from '../unused-port.ts'
import { runStart, type Started, start } from './start.ts'

/** The local start on a small disk of its own, which the tests fill. */

const disk = mkdtempSync(join(tmpdir(), 'keval-edge-disk-'))
const canMount = mounts('-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk)
const environment = { KEVAL_STATE: join(disk, 'state'), KEVAL_NODES: 'http://127.0.0.1:9' }
const filler = join(disk, 'filler')

function mounts(...options: string[]): boolean {
  try {
    execFileSync('mount', options, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Fills the disk to the last byte. */
function fill(): void {
  for (const size of [1_000_000, 10_000, 100, 1]) {
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(size))
    } catch {
      // full for this size
    }
  }
}

/** Leaves so few bytes that the watermark is passed while the database still works. */
function fillAlmost(): void {
  fill()
  truncateSync(filler, statSync(filler).size - 2_000_000)
}

const free = () => rmSync(filler, { force: true })

beforeEach((context) => {
  if (!canMount) context.skip('only root on Linux can mount a file system')
})
afterAll(() => {
  if (canMount) execFileSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true, force: true })
})

describe('a service whose disk fills up', () => {
  let started: Started
  beforeAll(async () => {
    if (canMount) started = await start(environment)
  })
  afterAll(async () => {
    await started?.stop()
  })

  const ask = (path: string, method: string, token: string, body?: object) =>
    fetch(started.gateway + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const log = () => readFileSync(join(environment.KEVAL_STATE, 'gateway.log'), 'utf8')

  it('answers storage_unavailable, stays up, and goes on when there is room again', async () => {
    fill()
    // what fits into pages that are there already is stored; the rest is refused
    const refusals: unknown[] = []
    for (let i = 0; i < 40 && refusals.length < 3; i++) {
      const answer = await ask('/admin/v1/tenants/ten_demo/suspend', 'POST', started.adminSecret, {
        reason: 'x'.repeat(500),
      })
      if (answer.status !== 200) refusals.push({ status: answer.status, code: (await json(answer)).code })
      fill()
    }
    expect(refusals).toEqual(Array.from({ length: 3 }, () => ({ status: 503, code: 'storage_unavailable' })))
    for (let i = 0; i < 200; i++) expect((await ask('/healthz', 'GET', '')).status).toBe(200)

    free()
    await vi.waitFor(
      async () => {
        const answer = await ask('/admin/v1/tenants/ten_demo/resume', 'POST', started.adminSecret, {
          reason: 'Room again',
        })
        expect(answer.status).toBe(200)
      },
      { timeout: 20_000, interval: 200 },
    )
    expect((await ask('/v1/keys', 'GET', started.key)).status).toBe(200)
    // lines are held for some milliseconds before they are written
    await vi.waitFor(() => expect(log()).toMatch(/"event":"log_lines_dropped","count":\d+/), {
      timeout: 5_000,
    })
    expect(started.process.exitCode).toBeNull()
  })

  it('refuses uploads while the disk is below its watermark', async () => {
    fillAlmost()
    const form = new FormData()
    form.set('purpose', 'batch')
    form.set('file', new File(['{}'.repeat(1000)], 'batch.jsonl'))
    const upload = await fetch(`${started.gateway}/v1/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${started.key}` },
      body: form,
    })
    free()
    expect((await json(upload)).error).toMatchObject({ code: 'storage_full' })
  })
})

describe('the outbox', () => {
  it('refuses a mail that the full disk cannot take, leaves no half of it, and reports it later', async () => {
    const folder = join(disk, 'outbox')
    const log = new LogFile(join(disk, 'outbox.log'))
    const outbox = await startOutbox(folder, log)
    const send = () =>
      fetch(outbox.url, {
        method: 'POST',
        body: JSON.stringify({ id: 'm1', from: 'a', to: 'b', subject: 's', text: 'x'.repeat(10_000) }),
      })
    fill()
    expect((await send()).status).toBe(503)
    expect(readdirSync(folder)).toEqual([])
    free()
    expect((await send()).status).toBe(202)
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/m1\.eml$/)])
    expect(readFileSync(log.path, 'utf8')).toContain('"event":"mail_writes_failed","count":1')
    await outbox.close()
    log.close()
  })
})

describe('a start', () => {
  const lines = (text: string) => text.trim().split('\n')
  const failedStart = async (state: string) => {
    const { ended, output } = runStart({
      ...environment,
      KEVAL_STATE: state,
      PORT: String(await unusedPort()),
    })
    expect(await ended).not.toBe(0)
    return lines(output())
  }

  it('on a full disk is refused with one line, and works when there is room again', async () => {
    const state = join(disk, 'another')
    fill()
    expect(await failedStart(state)).toEqual([
      expect.stringMatching(/^The disk of the state folder .+ is full|^The state folder .+ cannot be used/),
    ])
    free()
    const started = await start({ ...environment, KEVAL_STATE: state })
    await started.stop()
  })

  it('on a read-only disk is refused with one line', async () => {
    execFileSync('mount', ['-o', 'remount,ro', disk])
    expect(await failedStart(join(disk, 'state'))).toEqual([
      expect.stringMatching(/^The state folder .+ cannot be used: /),
    ])
    execFileSync('mount', ['-o', 'remount,rw', disk])
  })

  it('on a state folder of an earlier layout is refused with one line', async () => {
    const state = join(disk, 'earlier')
    mkdirSync(join(state, 'v3'), { recursive: true })
    const refusal = [
      expect.stringMatching(/^The state folder .+ was written by another version of keval-edge/),
    ]
    expect(await failedStart(state)).toEqual(refusal)
    writeFileSync(join(state, 'layout.json'), '{"schema":"another"}')
    expect(await failedStart(state)).toEqual(refusal)
  })
})
