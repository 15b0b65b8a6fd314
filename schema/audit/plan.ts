import type { Turn } from '../judge/render.ts'
import { seededRandom } from '../metrics/random.ts'
import type { AuditRow } from './probe.ts'
import { probes } from './probes.ts'
import { sampleByCategory } from './sample.ts'

export interface AuditOptions {
  /** The same rows, options and seed give the same cases. */
  seed: number
  /** Rows to draw at most. */
  sampleSize: number
  /** Repeats of each unchanged row; at least 2, because one rating shows no noise. */
  repeats: number
  /** Names of the probes to run; all by default. `repeat` always runs. */
  probes?: readonly string[]
}

/** One thing to judge: a row as it is (`repeat`, once for each `index`) or one of its variants. */
export interface AuditCase {
  rowId: string
  category: string | null
  probe: string
  index: number
  /** Length of the last answer, which is the one that is rated. */
  answerLength: number
  turns: Turn[]
}

/** A case as far as findings need it. */
export type RatedCase = Omit<AuditCase, 'category' | 'turns'>

export interface AuditPlan {
  cases: AuditCase[]
  rows: number
  /** Rows to which each probe applies; the others are left out of it. */
  applicable: Record<string, number>
}

/** The cases of an audit: a stratified sample of the rows, each as it is and in every variant that applies. */
export function planAudit(rows: readonly AuditRow[], options: AuditOptions): AuditPlan {
  const sample = sampleByCategory(rows, options.sampleSize, seededRandom(options.seed))
  const chosen = probes.filter(
    ({ name }) => name === 'repeat' || options.probes === undefined || options.probes.includes(name),
  )
  const applicable = Object.fromEntries(chosen.map(({ name }) => [name, 0]))
  const cases = sample.flatMap((row) =>
    chosen.flatMap((probe): AuditCase[] => {
      const random = seededRandom(hash(`${options.seed}\n${probe.name}\n${row.id}`))
      const turns = probe.vary(row, { random, others: sample })
      if (turns === null) return []
      applicable[probe.name]!++
      const times = probe.name === 'repeat' ? Math.max(2, options.repeats) : 1
      return Array.from({ length: times }, (_, index) => ({
        rowId: row.id,
        category: row.category,
        probe: probe.name,
        index,
        answerLength: turns.at(-1)?.answer.length ?? 0,
        turns,
      }))
    }),
  )
  return { cases, rows: sample.length, applicable }
}

/** FNV-1a, 32 bits. Source: Fowler, Noll and Vo. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}
