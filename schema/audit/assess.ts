import type { Interval } from '../metrics/bootstrap.ts'
import { type Random, seededRandom } from '../metrics/random.ts'
import { caseKey } from './case-key.ts'
import { type Finding, levels } from './levels.ts'
import { mean, measureProbe, type Pair, type ProbeResult, type Rounds } from './measure-probe.ts'
import type { RatedCase } from './plan.ts'
import { probes } from './probes.ts'
import { exchangeTest } from './statistics/exchange-test.ts'
import { holm } from './statistics/holm.ts'
import { lengthSlope } from './statistics/length-slope.ts'
import { type Reliability, reliability } from './statistics/reliability.ts'

/** The judge's rating of a case; null if it gave none. */
export interface AuditRating extends Pick<RatedCase, 'rowId' | 'probe' | 'index'> {
  rating: number | null
}

export interface AuditAssessment {
  reliability: Reliability & { finding: Finding; flip_rates: { threshold: number; rate: number }[] }
  probes: ProbeResult[]
  /** Points that a doubling of the length brings at equal content. */
  length: { slope: number; interval: Interval; p_value: number; finding: Finding } | null
}

const thresholds = [5, 7, 8]
/** Probes whose variants are longer with the same content. */
const lengthProbes = ['padding', 'repetition']

/** Findings of an audit from the ratings of its cases. The same ratings give the same findings.
 */
export function assessAudit(
  cases: readonly RatedCase[],
  ratings: readonly AuditRating[],
  rounds: Rounds = { permutations: 4000, resamples: 2000 },
): AuditAssessment {
  const ratingByCase = new Map(ratings.map((one) => [caseKey(one), one.rating]))
  const repeats = ratedRepeats(cases, ratingByCase)
  const originals = new Map(cases.filter(({ probe }) => probe === 'repeat').map((one) => [one.rowId, one]))
  const random = seededRandom(1)
  const measured = probes
    .filter(({ name, relation }) => relation !== 'same_row' && cases.some(({ probe }) => probe === name))
    .map((probe) => {
      const own = cases.filter((one) => one.probe === probe.name)
      const pairs = own.flatMap((one): Pair[] => {
        const variant = ratingByCase.get(caseKey(one)) ?? null
        const known = repeats.get(one.rowId)
        if (variant === null || known === undefined) return []
        const ratio = one.answerLength / Math.max(1, originals.get(one.rowId)!.answerLength)
        return [{ rowId: one.rowId, repeats: known, variant, original: mean(known), ratio }]
      })
      const unrated = own.filter((one) => (ratingByCase.get(caseKey(one)) ?? null) === null).length
      return measureProbe(probe, pairs, unrated, random, rounds)
    })
  const lengthPairs = measured
    .filter(({ result }) => lengthProbes.includes(result.probe))
    .flatMap((one) => one.pairs)
  const length = measureLength(lengthPairs, random, rounds)
  const adjusted = holm([
    ...measured.flatMap(({ p }) => (p === null ? [] : [p])),
    ...(length === null ? [] : [length.p_value]),
  ])
  let next = 0
  const results = measured.map(({ result, p, decide }) => {
    const pValue = p === null ? null : adjusted[next++]!
    return { ...result, p_value: pValue, finding: decide(pValue) }
  })
  return {
    reliability: assessReliability([...repeats.values()], rounds),
    probes: results,
    length: length === null ? null : decideLength({ ...length, p_value: adjusted[next]! }),
  }
}

function ratedRepeats(cases: readonly RatedCase[], ratingByCase: ReadonlyMap<string, number | null>) {
  const repeats = new Map<string, number[]>()
  for (const one of cases) {
    const rating = one.probe === 'repeat' ? (ratingByCase.get(caseKey(one)) ?? null) : null
    if (rating !== null) repeats.set(one.rowId, [...(repeats.get(one.rowId) ?? []), rating])
  }
  return repeats
}

function measureLength(pairs: readonly Pair[], random: Random, rounds: Rounds) {
  const slope = lengthSlope(
    pairs.map(({ ratio, variant, original }) => ({ ratio, shift: variant - original })),
    rounds,
  )
  return slope === null
    ? null
    : {
        ...slope,
        p_value: exchangeTest(pairs, random, rounds.permutations).rise,
        rows: new Set(pairs.map(({ rowId }) => rowId)).size,
      }
}

function decideLength({
  slope,
  interval,
  p_value,
  rows,
}: NonNullable<ReturnType<typeof measureLength>>): NonNullable<AuditAssessment['length']> {
  const violated = p_value < levels.falseAlarm && slope >= levels.smallShift
  const holds = interval[1] <= levels.tolerableShift
  const finding = violated ? 'violated' : holds ? 'holds' : 'inconclusive'
  return { slope, interval, p_value, finding: rows < levels.minRows ? 'inconclusive' : finding }
}

function assessReliability(
  rows: readonly (readonly number[])[],
  rounds: Rounds,
): AuditAssessment['reliability'] {
  const measured = reliability(rows, rounds)
  return { ...measured, finding: reliabilityFinding(measured), flip_rates: flipRates(rows) }
}

function reliabilityFinding({ rows, within_deviation, icc_interval }: Reliability): Finding {
  if (rows < levels.minRows) return 'inconclusive'
  if (within_deviation === 0) return 'holds'
  if (icc_interval === null) return 'inconclusive'
  if (icc_interval[1] < levels.poorIcc) return 'violated'
  return icc_interval[0] >= levels.goodIcc ? 'holds' : 'inconclusive'
}

/** Rate at which two ratings of one row lie on different sides of a threshold. */
function flipRates(rows: readonly (readonly number[])[]): { threshold: number; rate: number }[] {
  const repeated = rows.filter((ratings) => ratings.length >= 2)
  if (repeated.length === 0) return []
  return thresholds.map((threshold) => ({
    threshold,
    rate: mean(
      repeated.map((ratings) => {
        const above = ratings.filter((rating) => rating >= threshold).length
        const pairs = (ratings.length * (ratings.length - 1)) / 2
        return (above * (ratings.length - above)) / pairs
      }),
    ),
  }))
}
