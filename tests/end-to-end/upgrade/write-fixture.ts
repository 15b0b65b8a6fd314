import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { judgingNode } from '../../evaluations/judging-node.ts'
import { serve } from '../serve.ts'
import { runStart } from '../start.ts'
import { emptyTables, type FilledState, fillState, stateSettings, writeRating } from './fill-state.ts'

/** A state folder of one version as a backup, and what is in it. */
export interface Fixture {
  backup: string
  filled: FilledState
  /** Tables in which the service left no row. */
  empty: string[]
}

/** Fills a new state folder with this version, and writes its backup and a description into a folder. */
export async function writeFixture(folder: string): Promise<Fixture> {
  const scratch = mkdtempSync(join(tmpdir(), 'keval-fixture-'))
  const state = join(scratch, 'state')
  const node = await judgingNode('judge')
  writeRating(node)
  try {
    const served = await serve({ KEVAL_STATE: state, NODES: node.url, ...stateSettings }, ['--demo'])
    const filled = await fillState(served, state, node.url).finally(() => served.stop())
    mkdirSync(folder, { recursive: true })
    const backup = join(folder, `${filled.version}.backup`)
    rmSync(backup, { force: true })
    await run('backup', backup, state)
    writeFileSync(join(folder, `${filled.version}.json`), `${JSON.stringify(filled, null, 2)}\n`)
    return { backup, filled, empty: emptyTables(state) }
  } finally {
    await node.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Runs `npm run backup` or `npm run restore`. */
export async function run(command: 'backup' | 'restore', file: string, state: string): Promise<void> {
  const { ended, output } = runStart(
    { KEVAL_STATE: state },
    { script: 'scripts/backup/cli.ts', args: [command, file] },
  )
  if ((await ended) !== 0) throw new Error(output())
}

// npm run fixture:state keeps the state of the version that is about to be released
if (import.meta.main) {
  const { backup } = await writeFixture(join(import.meta.dirname, '../../fixtures/state'))
  console.log(`The state of this version is kept in ${backup}.`)
}
