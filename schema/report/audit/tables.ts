import type { AuditComparison, AuditReport } from '../../api/audits.ts'
import { relations } from '../../audit/probe.ts'
import { decimal, percent, range, type Table } from '../table.ts'
import type { AuditTexts } from './en.ts'
import { signed } from './summarize.ts'
import { toProbeTitle } from './texts.ts'

/** Every table of an audit's report, in reading order. */
export const buildAuditTables = (report: AuditReport, texts: AuditTexts): Table[] => [
  ...buildFindingTables(report, texts),
  buildReasonsTable(report, texts),
]

/** The tables of what was found, without the reasons of the probes. */
export function buildFindingTables(report: AuditReport, texts: AuditTexts): Table[] {
  return [
    ...driftTable(report, texts),
    ...probeTables(report, texts),
    reliabilityTable(report, texts),
    ...useTables(report, texts),
    ...steadinessTable(report, texts),
  ]
}

function probeTables({ probes }: AuditReport, texts: AuditTexts): Table[] {
  const head = [
    texts.probe,
    texts.finding,
    texts.compared,
    texts.violations,
    texts.interval,
    texts.noiseRate,
    texts.shift,
    texts.interval,
    texts.pValue,
    texts.unrated,
  ]
  return relations.flatMap((relation) => {
    const lines = probes
      .filter((one) => one.relation === relation)
      .map((one) => [
        toProbeTitle(one.probe, texts),
        texts.findings[one.finding],
        String(one.compared),
        percent(one.violation_rate),
        range(one.violation_interval, percent),
        percent(one.noise_rate),
        signed(one.shift),
        range(one.shift_interval, decimal),
        decimal(one.p_value, 4),
        String(one.unrated),
      ])
    return lines.length === 0 ? [] : [{ title: texts.probesOf[relation], head, lines }]
  })
}

function reliabilityTable({ reliability, use, length }: AuditReport, texts: AuditTexts): Table {
  const { icc, icc_interval, within_deviation, rows, flip_rates, finding } = reliability
  return {
    title: texts.reliability,
    head: [texts.statistic, texts.value, texts.interval, texts.finding],
    lines: [
      [texts.rows, String(rows), '', ''],
      [texts.withinDeviation, decimal(within_deviation), '', ''],
      [texts.bandOf, decimal(use.rating_band), '', ''],
      [texts.icc, decimal(icc, 3), range(icc_interval, decimal), texts.findings[finding]],
      ...flip_rates.map(({ threshold, rate }) => [texts.flip(threshold), percent(rate), '', '']),
      ...(length === null
        ? []
        : [
            [
              texts.length,
              signed(length.slope),
              range(length.interval, decimal),
              texts.findings[length.finding],
            ],
          ]),
    ],
  }
}

function useTables({ use }: AuditReport, texts: AuditTexts): Table[] {
  if (use.smallest_differences.length === 0) return []
  return [
    {
      title: texts.differences,
      head: [texts.rows, texts.points],
      lines: use.smallest_differences.map(({ rows, points }) => [String(rows), decimal(points)]),
    },
    {
      title: texts.repeats,
      head: [texts.difference, texts.rows, texts.judgments],
      lines: use.repeats_to_separate.map(({ difference, rows, repeats }) => [
        String(difference),
        String(rows),
        String(repeats),
      ]),
    },
  ]
}

function steadinessTable({ steadiness }: AuditReport, texts: AuditTexts): Table[] {
  if (steadiness.length === 0) return []
  const lines = steadiness.map(({ summary, samples, deviation, tokens }) => [
    texts.summaries[summary],
    String(samples),
    decimal(deviation),
    decimal(tokens, 0),
  ])
  return [
    { title: texts.steadiness, head: [texts.summary, texts.samples, texts.deviation, texts.tokens], lines },
  ]
}

function driftTable({ drift }: AuditReport, texts: AuditTexts): Table[] {
  if (drift === null) return []
  return [
    {
      title: `${texts.driftTitle} (${drift.baseline})`,
      head: [texts.test, texts.points, 'p', texts.compared],
      lines: [
        [texts.shiftTest, signed(drift.shift), decimal(drift.shift_p, 4), String(drift.compared)],
        [texts.movementTest, decimal(drift.movement), decimal(drift.movement_p, 4), String(drift.compared)],
      ],
    },
  ]
}

/** Why each relation must hold, and where that is published. */
export function buildReasonsTable({ probes }: AuditReport, texts: AuditTexts): Table {
  return {
    title: texts.reasons,
    head: [texts.probe, texts.reason, texts.source],
    lines: probes.map(({ probe, reason, source }) => [toProbeTitle(probe, texts), reason, source ?? '–']),
  }
}

/** The tables of two judges on the same cases. */
export function buildAuditComparisonTables(
  { rating, reliability, probes }: AuditComparison,
  texts: AuditTexts,
): Table[] {
  const better = { first: texts.first, second: texts.second }
  return [
    {
      title: texts.meanDifference,
      head: [texts.compared, texts.difference, texts.interval, 'p'],
      lines: [
        [
          String(rating.pairs),
          signed(rating.difference),
          range(rating.interval, decimal),
          decimal(rating.p_value, 4),
        ],
      ],
    },
    {
      title: texts.reliability,
      head: [texts.statistic, texts.first, texts.second],
      lines: [
        [texts.withinDeviation, ...reliability.map((one) => decimal(one.within_deviation))],
        [texts.icc, ...reliability.map((one) => decimal(one.icc, 3))],
      ],
    },
    {
      title: texts.probe,
      head: [
        texts.probe,
        texts.compared,
        texts.onlyFirst,
        texts.onlySecond,
        texts.both,
        texts.pValue,
        texts.better,
      ],
      lines: probes.map((one) => [
        toProbeTitle(one.probe, texts),
        String(one.compared),
        String(one.only_first),
        String(one.only_second),
        String(one.both),
        decimal(one.p_value, 4),
        one.better === null ? '–' : better[one.better],
      ]),
    },
  ]
}
