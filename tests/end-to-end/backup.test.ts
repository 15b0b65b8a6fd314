import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { checkLayout } from '../../scripts/local/state-layout.ts'
import { type JudgingNode, judgingNode } from '../evaluations/judging-node.ts'
import { makeRows, writeWhatTheAnswerSays } from '../evaluations/rows.ts'
import { type Served, serve } from './serve.ts'
import { runStart, temporaryState } from './start.ts'

const folder = temporaryState()
const state = join(folder.path, 'state')
const passphrase = 'correct horse battery staple'
const rowCount = 90
let node: JudgingNode

beforeAll(async () => {
  node = await judgingNode('judge')
  writeWhatTheAnswerSays(node)
})
afterAll(async () => {
  await node.close()
  folder.remove()
})

/** Runs `npm run backup` or `npm run restore`. */
async function command(...args: string[]) {
  const environment = { KEVAL_STATE: state, KEVAL_BACKUP_PASSPHRASE: passphrase }
  const { ended, output } = runStart(environment, { script: 'scripts/backup/cli.ts', args })
  return { code: await ended, output: output() }
}

const start = () => serve({ KEVAL_STATE: state, NODES: node.url }, ['--demo'])
const keyOf = (served: Served) => /demo key\s+(\S+)/.exec(served.output())![1]!
const workers = (served: Served) =>
  execFileSync('pgrep', ['-P', String(served.process.pid), '-f', 'workerd'], { encoding: 'utf8' })
    .trim()
    .split('\n')

async function get(served: Served, path: string) {
  const response = await fetch(served.gateway + path, {
    headers: { authorization: `Bearer ${keyOf(served)}` },
  })
  expect(response.status, path).toBe(200)
  return response.json()
}

describe('a backup of a service that runs', () => {
  it('brings an evaluation back that a disaster broke off, and nothing is counted twice', async () => {
    let served = await start()
    await vi.waitFor(async () => expect(JSON.stringify(await get(served, '/v1/models'))).toContain('"judge"'))
    node.delayMs = 1_000
    const rows = makeRows(Array.from({ length: rowCount }, (_, index) => index % 11))
    const begun = await fetch(`${served.gateway}/v1/evaluations?model=judge`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyOf(served)}`, 'content-type': 'application/x-ndjson' },
      body: rows.map((row) => JSON.stringify(row)).join('\n'),
    })
    const { id, ...rest } = (await begun.json()) as { id: string }
    expect(begun.status, JSON.stringify(rest)).toBe(201)
    const evaluation = async () =>
      (await get(served, `/v1/evaluations/${id}`)) as {
        status: string
        counts: { rated: number; pending: number }
      }
    await vi.waitFor(async () => expect((await evaluation()).counts.rated).toBeGreaterThan(5), {
      timeout: 30_000,
    })
    // so slow that rows are left after the backup, however long it takes
    node.delayMs = 20_000
    const file = join(folder.path, 'midway.backup')
    const { code, output } = await command('backup', file, '--encrypt')
    expect(code, output).toBe(0)
    expect(output).toMatch(/^[0-9a-f]{64} {2}.*midway\.backup$/m)
    expect(readdirSync(state).filter((name) => name.startsWith('snapshot-'))).toEqual([])
    // judgments that are finished after the backup are lost with the disaster
    const before = (await evaluation()).counts.rated
    node.delayMs = 1_000
    await vi.waitFor(async () => expect((await evaluation()).counts.rated).toBeGreaterThan(before))
    const pids = workers(served)
    await served.stop('SIGKILL')
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 10_000 })
    rmSync(state, { recursive: true })

    expect(await command('restore', file)).toMatchObject({ code: 0 })
    served = await start()
    const restored = await evaluation()
    expect(restored.status).toBe('running')
    node.delayMs = 0
    await vi.waitFor(async () => expect((await evaluation()).status).toBe('completed'), {
      timeout: 100_000,
      interval: 200,
    })
    expect((await evaluation()).counts).toMatchObject({ rated: rowCount, pending: 0 })
    const judgments = (await get(served, `/v1/judgments?evaluation=${id}&limit=100`)) as { data: unknown[] }
    expect(judgments.data).toHaveLength(rowCount)
    const usage = JSON.stringify(await get(served, '/v1/usage'))
    expect(usage).toContain(`"prompt_tokens":${rowCount * 100}`)
    await served.stop()
  }, 240_000)

  it('is refused when a byte is missing or wrong, and leaves the state folder alone', async () => {
    const file = join(folder.path, 'whole.backup')
    expect(await command('backup', file)).toMatchObject({ code: 0 })
    expect(await command('restore', file)).toMatchObject({
      code: 1,
      output: expect.stringContaining('is not empty'),
    })
    rmSync(state, { recursive: true })
    const content = readFileSync(join(folder.path, 'midway.backup'))
    const damaged = join(folder.path, 'damaged.backup')
    content[content.length >> 1]! ^= 1
    writeFileSync(damaged, content)
    expect(await command('restore', damaged)).toMatchObject({ code: 1 })
    truncateSync(damaged, content.length >> 1)
    expect(await command('restore', damaged)).toMatchObject({ code: 1 })
    writeFileSync(damaged, readFileSync(file).subarray(0, -2000))
    expect(await command('restore', damaged)).toMatchObject({ code: 1 })
    expect(readdirSync(state)).toEqual([])
    // a restore that was killed is no data
    mkdirSync(join(state, 'restoring/v3'), { recursive: true })
    expect(await command('restore', file)).toMatchObject({ code: 0 })
    expect(readdirSync(state)).not.toContain('restoring')
  })

  it('names in one line what cannot be written, and leaves nothing half written', async () => {
    const { code, output } = await command('backup', join(state, 'secrets.json/daily.backup'))
    expect(code).toBe(1)
    expect(output).toMatch(/^The backup .*daily\.backup could not be written: .*\n$/)
    const full = await command('backup', '/dev/full/daily.backup')
    expect(full.output).toMatch(/^The backup .* could not be written: .*\n$/)
    expect(readdirSync(state).filter((name) => name.startsWith('snapshot-'))).toEqual([])
  })

  it('is taken by itself before migrations run', async () => {
    const layoutFile = join(state, 'layout.json')
    const layout = JSON.parse(readFileSync(layoutFile, 'utf8')) as { migrations: Record<string, string> }
    const earlier = Object.fromEntries(Object.entries(layout.migrations).slice(0, -1))
    writeFileSync(layoutFile, JSON.stringify({ migrations: earlier }))
    mkdirSync(join(state, 'backups'), { recursive: true })
    const own = 'by-hand.tar.gz'
    const older = ['2020', '2021', '2022', '2023'].map((year) => `before-migrations-${year}.tar.gz`)
    for (const name of [own, ...older]) writeFileSync(join(state, 'backups', name), '')
    const served = await start()
    expect(served.output()).toContain('they were saved to')
    // the newest three stay, and what an operator made
    expect(readdirSync(join(state, 'backups')).sort()).toEqual([
      older[2],
      older[3],
      expect.stringMatching(/^before-migrations-20(?!2[0-3]\.).*\.tar\.gz$/),
      own,
    ])
    expect(JSON.parse(readFileSync(layoutFile, 'utf8'))).toEqual(layout)
    await served.stop()
  })
})

describe('the layout of a state folder', () => {
  const empty = (name: string) => {
    const path = join(folder.path, name)
    mkdirSync(path)
    return path
  }

  it('goes forward only', () => {
    const path = empty('layout')
    expect(checkLayout(path, { 'control/0': 'a' })).toBe('current')
    expect(checkLayout(path, { 'control/0': 'a' })).toBe('current')
    expect(checkLayout(path, { 'control/0': 'a', 'tenant/0': 'b' })).toBe('older')
    expect(() => checkLayout(path, { 'control/0': 'changed' })).toThrow('another version')
    expect(() => checkLayout(path, {})).toThrow('another version')
  })
})

function isAlive(pid: string): boolean {
  try {
    process.kill(Number(pid), 0)
    return true
  } catch {
    return false
  }
}
