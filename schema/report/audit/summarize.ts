import type { AuditFindings } from '../../audit/findings.ts'
import type { Finding } from '../../audit/levels.ts'
import type { ProbeResult } from '../../audit/measure-probe.ts'
import { relations } from '../../audit/probe.ts'
import { ratingBand, repeatsToSeparate, smallestDifference } from '../../audit/statistics/separation.ts'
import { decimal, percent } from '../table.ts'
import type { AuditTexts } from './en.ts'
import { toProbeTitle } from './texts.ts'

const separated = [0.2, 0.3, 0.5]
const rowCounts = [10, 50, 100, 500, 1000]

/** Explains what the judge's noise means for single ratings and for means; empty where no noise was measured. */
export function toUse({ reliability }: AuditFindings, fileRows: number) {
  const deviation = reliability.within_deviation
  const counts = [...new Set([...rowCounts, fileRows])].sort((a, b) => a - b)
  return {
    rating_band: deviation === null ? null : ratingBand(deviation),
    smallest_differences:
      deviation === null ? [] : counts.map((rows) => ({ rows, points: smallestDifference(deviation, rows) })),
    repeats_to_separate:
      deviation === null
        ? []
        : separated.map((difference) => ({
            difference,
            rows: fileRows,
            repeats: repeatsToSeparate(deviation, fileRows, difference),
          })),
  }
}

/** Summarizes the uses of the judge in plain words, warnings first. */
export function summarizeAudit(findings: AuditFindings, fileRows: number, texts: AuditTexts): string[] {
  const { reliability, probes, length, steadiness, drift } = findings
  return [
    ...(drift === null ? [] : [toDriftLine(drift.causes, texts)]),
    ...toNoiseLines(findings, fileRows, texts),
    ...(reliability.icc === null ? [] : [texts.reliable[reliability.finding](decimal(reliability.icc))]),
    ...relations.flatMap((relation) => {
      const broken = select(probes, 'violated').filter((one) => one.relation === relation)
      return broken.length === 0
        ? []
        : [texts.violated[relation](broken.map((one) => describe(one, texts)).join(', '))]
    }),
    ...(length?.finding === 'violated' ? [texts.lengthViolated(decimal(length.slope))] : []),
    ...(['holds', 'inconclusive'] as const).flatMap((finding) => {
      const titles = select(probes, finding).map(({ probe }) => toProbeTitle(probe, texts))
      return titles.length === 0 ? [] : [texts[finding](titles.join(', '))]
    }),
    ...(steadiness.length === 0
      ? []
      : [texts.steadiest(texts.summaries[steadiness[0]!.summary], steadiness[0]!.samples)]),
  ]
}

const toDriftLine = (causes: NonNullable<AuditFindings['drift']>['causes'], texts: AuditTexts) =>
  causes.length === 0 ? texts.noDrift : texts.drift(causes.map((cause) => texts.causes[cause]).join(', '))

function toNoiseLines(findings: AuditFindings, fileRows: number, texts: AuditTexts): string[] {
  const deviation = findings.reliability.within_deviation
  if (deviation === null) return [texts.noNoise]
  if (deviation === 0) return [texts.steady]
  const use = toUse(findings, fileRows)
  const counts = use.repeats_to_separate.map(({ difference, repeats }) =>
    texts.separateBy(String(difference), repeats),
  )
  return [
    texts.band(decimal(ratingBand(deviation), 1)),
    texts.smallest(decimal(smallestDifference(deviation, fileRows)), fileRows),
    texts.separate(counts.join(', '), fileRows),
  ]
}

const select = (probes: readonly ProbeResult[], finding: Finding) =>
  probes.filter((one) => one.finding === finding)

/** A broken probe with its size: the shift where a shift decides, otherwise the rate. */
function describe({ probe, relation, shift, violation_rate }: ProbeResult, texts: AuditTexts): string {
  const title = toProbeTitle(probe, texts)
  const byShift = relation === 'must_not_rise' || relation === 'must_not_change'
  return byShift && shift !== null
    ? texts.shiftOf(title, signed(shift))
    : texts.rateOf(title, percent(violation_rate))
}

/** A difference with its sign. */
export const signed = (value: number | null): string =>
  value === null ? decimal(null) : `${value > 0 ? '+' : ''}${decimal(value)}`
