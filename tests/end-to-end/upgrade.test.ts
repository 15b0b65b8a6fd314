import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type JudgingNode, judgingNode } from '../evaluations/judging-node.ts'
import { filesBelow } from './files.ts'
import { serve } from './serve.ts'
import { runStart } from './start.ts'
import { type FilledState, readAnswers, stateSettings, writeRating } from './upgrade/fill-state.ts'
import { type Fixture, run, writeFixture } from './upgrade/write-fixture.ts'

const root = join(import.meta.dirname, '../..')
const scratch = mkdtempSync(join(tmpdir(), 'keval-upgrade-'))
const kept = join(root, 'tests/fixtures/state')
const keptVersions = existsSync(kept)
  ? readdirSync(kept).flatMap((name) => /^(.+)\.backup$/.exec(name)?.[1] ?? [])
  : []

/** Rows in these come by the clock alone, or go with what they are about. */
const transient = new Set([
  'control/node_throughput',
  'control/open_breakers',
  'control/usage_rollups',
  'tenant/archive_parts',
  'tenant/completions',
])

let node: JudgingNode
let fixture: Fixture
beforeAll(async () => {
  node = await judgingNode('judge')
  writeRating(node)
  fixture = await writeFixture(join(scratch, 'kept'))
}, 240_000)
afterAll(async () => {
  await node.close()
  rmSync(scratch, { recursive: true, force: true })
})

/** Starts a version on a restored state; answers what it prints and what its API answers. */
async function open(filled: FilledState, state: string, checkout?: string) {
  const served = await serve({ KEVAL_STATE: state, NODES: node.url, ...stateSettings }, [], checkout)
  try {
    const { admin } = JSON.parse(readFileSync(join(state, 'secrets.json'), 'utf8')) as { admin: string }
    const answers = await readAnswers(served.gateway, { ...filled, admin })
    const judged = await fetch(`${served.gateway}/v1/judgments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${filled.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'judge', question: '새 질문', answer: `답변 <4> ${state}` }),
    })
    const { rating } = (await judged.json()) as { rating: number }
    return { output: served.output(), answers, rating }
  } finally {
    await served.stop()
  }
}

it('the state of this version has rows in every table that keeps any', () => {
  expect(fixture.empty.filter((table) => !transient.has(table))).toEqual([])
})

it('every released version has its state kept', () => {
  const headings = [...readFileSync(join(root, 'CHANGELOG.md'), 'utf8').matchAll(/^## (\S+)(.*)$/gm)]
  expect(headings.length).toBeGreaterThan(0)
  const released = headings
    .filter(([, , rest]) => !rest!.includes('unreleased'))
    .map(([, version]) => version)
  expect(released.filter((version) => !keptVersions.includes(version!))).toEqual([])
})

it.each(['this version', ...keptVersions])(
  'the state of %s is opened, and answers what it held',
  async (version) => {
    const folder = version === 'this version' ? join(scratch, 'kept') : kept
    const name = version === 'this version' ? fixture.filled.version : version
    const filled = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as FilledState
    const state = join(scratch, `opened-${version.replace(' ', '-')}`)
    await run('restore', join(folder, `${name}.backup`), state)
    expect(await open(filled, state)).toMatchObject({ answers: filled.answers, rating: 4 })
  },
  120_000,
)

it('a version with more migrations brings the state up to date in both planes, and this one refuses it then', async () => {
  const next = newerCheckout()
  const state = join(scratch, 'newer')
  await run('restore', fixture.backup, state)
  const opened = await open(fixture.filled, state, next)
  expect(opened).toMatchObject({ answers: fixture.filled.answers, rating: 4 })
  expect(opened.output).toContain('they were saved to')
  expect(columnsOf(state, /[\\/]d1[\\/]/, 'plans')).toContain('added_later')
  expect(columnsOf(state, /TenantObject/, 'judgments')).toContain('added_later')

  const { ended, output } = runStart(
    { KEVAL_STATE: state, PUBLIC_URL: 'http://127.0.0.1:1', NODES: node.url },
    { script: 'scripts/serve.ts' },
  )
  expect(await ended).toBe(1)
  expect(output()).toContain(`The state folder ${state} was written by another version of keval-edge`)
}, 240_000)

/** This checkout with one more migration in each plane. */
function newerCheckout(): string {
  const checkout = join(scratch, 'checkout')
  for (const name of [
    'gateway',
    'schema',
    'scripts',
    'wrangler.toml',
    'package.json',
    'package-lock.json',
    'tsconfig.base.json',
  ])
    cpSync(join(root, name), join(checkout, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
  for (const [plane, table] of [
    ['control', 'plans'],
    ['tenant', 'judgments'],
  ]) {
    const folder = join(checkout, 'schema/db/migrations', plane!)
    writeFileSync(join(folder, '9000_later.sql'), `ALTER TABLE ${table} ADD COLUMN added_later integer;\n`)
    const journalFile = join(folder, 'meta/_journal.json')
    const journal = JSON.parse(readFileSync(journalFile, 'utf8')) as {
      entries: { idx: number; when: number }[]
    }
    const last = journal.entries.at(-1)!
    journal.entries.push({
      ...last,
      idx: last.idx + 1,
      when: last.when + 1,
      tag: '9000_later',
    } as typeof last)
    writeFileSync(journalFile, JSON.stringify(journal))
    const module = join(folder, 'migrations.js')
    if (!existsSync(module)) continue
    const name = `m${String(last.idx + 1).padStart(4, '0')}`
    const text = readFileSync(module, 'utf8')
    writeFileSync(
      module,
      `import ${name} from './9000_later.sql';\n${text.replace(/migrations: \{\n/, `migrations: {\n      ${name},\n`)}`,
    )
  }
  return checkout
}

/** Columns of a table in the databases of one plane that have it. */
function columnsOf(state: string, plane: RegExp, table: string): string[] {
  const files = filesBelow(join(state, 'v3')).filter((file) => plane.test(file) && file.endsWith('.sqlite'))
  return files.flatMap((file) => {
    const database = new DatabaseSync(file)
    try {
      const rows = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all() as {
        name: string
      }[]
      return rows.map(({ name }) => name)
    } finally {
      database.close()
    }
  })
}
