import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The runs on this machine, one JSON line each; git ignores the file. */
export const historyFile = join(import.meta.dirname, '../results.jsonl')

/** A subject against its floor or peer, one ratio per round. */
export interface Ratio {
  subject: string
  /** The floor or the peer. */
  against: string
  unit: string
  ours: number
  theirs: number
  /** Medians over the rounds; above 1 is better than the floor. */
  ratio: number
  least: number
  most: number
  /** Processor time of ours by theirs; absent where it is not measured. */
  cpuRatio?: number
}

export interface Run {
  at: string
  commit: string
  machine: string
  load: [before: number, after: number]
  ratios: Ratio[]
}

/** The last run of the same machine; null where there is none. */
export function readLast(machine: string): Run | null {
  if (!existsSync(historyFile)) return null
  const runs = readFileSync(historyFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Run)
  return runs.findLast((run) => run.machine === machine) ?? null
}

export const append = (run: Run): void => appendFileSync(historyFile, `${JSON.stringify(run)}\n`)
