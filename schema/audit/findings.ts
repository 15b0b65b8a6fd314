import { type AuditAssessment, type AuditRating, assessAudit } from './assess.ts'
import { type Drift, findDrift, type JudgeVersion } from './drift.ts'
import type { Rounds } from './measure-probe.ts'
import type { RatedCase } from './plan.ts'
import { compareStability, type Sample, type Stability } from './stability.ts'

/** Settings of an audit, and the size of its plan. */
export interface AuditSettings {
  seed: number
  sampleSize: number
  repeats: number
  /** Names of the probes; null for all. */
  probes: string[] | null
  /** Rows of the file, and those that were drawn. */
  fileRows: number
  rows: number
  cases: number
  /** Drawn rows to which each probe applies. */
  applicable: Record<string, number>
  /** The audit whose plan is judged again; null for a plan of its own. */
  baseline: string | null
}

/** A case with the judge's rating; null where there is none. */
export interface JudgedCase extends RatedCase, AuditRating {
  /** Tokens of the judgment and the mean of its rating probabilities, of rows as they are. */
  tokens: number | null
  expected: number | null
}

/** One run of an audit: who judged, and what each case got. */
export interface AuditRun {
  version: JudgeVersion
  cases: JudgedCase[]
}

/** All numbers of a report. */
export interface AuditFindings extends AuditAssessment {
  version: JudgeVersion
  steadiness: Stability[]
  /** Null without a baseline, or where it was deleted. */
  drift: Drift | null
}

/** Permutations and resamples times cases: what an assessment may compute. */
const budget = 24_000_000

/** As many rounds as the number of cases allows, 4,000 permutations at most. */
export function chooseRounds(cases: number): Rounds {
  const permutations = Math.max(1000, Math.min(4000, Math.floor(budget / Math.max(1, cases))))
  return { permutations, resamples: permutations / 2 }
}

/** Findings computed from the ratings of an audit. The same ratings give the same findings. */
export function findFaults(run: AuditRun, baseline: AuditRun | null): AuditFindings {
  const { cases, version } = run
  const rounds = chooseRounds(cases.length)
  return {
    version,
    ...assessAudit(cases, cases, rounds),
    steadiness: compareStability(samplesByRow(cases)),
    drift:
      baseline === null
        ? null
        : findDrift(
            cases,
            { version: baseline.version, ratings: baseline.cases },
            { version, ratings: cases },
            rounds.permutations,
          ),
  }
}

function samplesByRow(cases: readonly JudgedCase[]): Sample[][] {
  const rated = cases.flatMap(({ probe, rowId, rating, tokens, expected }) =>
    probe === 'repeat' && rating !== null && tokens !== null ? [{ rowId, rating, tokens, expected }] : [],
  )
  return [...Map.groupBy(rated, ({ rowId }) => rowId).values()]
}
