import type { Report } from '../../../schema/api/reports.ts'
import type { Language } from '../../../schema/messages/language.ts'
import { withText } from '../../../schema/messages/message.ts'
import { agreement } from '../../../schema/metrics/agreement.ts'
import { accuracy, diffScore } from '../../../schema/metrics/card-tables.ts'
import { consistency } from '../../../schema/metrics/consistency.ts'
import { poolDeviation, rejudgedInterval } from '../../../schema/metrics/judge-noise.ts'
import { languageRule } from '../../../schema/metrics/language-rule.ts'
import { cardIntervals, type MeanScore, meanScore, type RowGroup } from '../../../schema/metrics/scores.ts'
import { areMixed, scoreWeights } from '../../../schema/metrics/weights.ts'
import { wilsonInterval } from '../../../schema/metrics/wilson.ts'
import type { EvaluationCounts } from '../../../schema/report/counts.ts'
import { countFinished } from '../count-finished.ts'
import { toDatasetReference } from '../datasets/dataset-reference.ts'
import type { EvaluationRecord } from '../evaluation-store.ts'
import type { AuditedNoise } from '../judge-noise-query.ts'
import { buildNotes } from './notes.ts'

type TurnGroup = EvaluationCounts['turns'][number]

/** Resamples for the intervals of the smaller tables: fewer where a table has many lines. */
const countResamples = (lines: number) =>
  // a table of one line says what the summary says, to the last digit
  lines === 1 ? undefined : Math.max(200, Math.min(1000, Math.floor(40_000 / lines)))
/** Most lines of a table by category or model; more than a reader reads. */
const maxLines = 200

/** All tables of an evaluation, from its counts: the same work for twenty rows and for a hundred thousand. */
export function buildReport(
  record: EvaluationRecord,
  counts: EvaluationCounts,
  other: { evaluation: EvaluationRecord; counts: EvaluationCounts } | null,
  audited: AuditedNoise | null,
  language: Language,
): Report {
  const { options } = record
  const labelled = counts.labelled.length > 0 || counts.labelledWrong > 0
  const summary = meanScore(counts.rows)
  const weights = scoreWeights(counts.weights)
  const card = cardIntervals(counts.rows)
  const pending = record.judgments - countFinished(record)
  const report: Omit<Report, 'notes'> = {
    id: record.id,
    object: 'evaluation.report',
    name: options.name,
    dataset: toDatasetReference(record),
    protocol: options.protocol,
    model: options.model,
    template: options.template ?? 'auto',
    repeats: options.repeats,
    status: record.status,
    complete: pending === 0 && record.failed === 0,
    summary: { ...summary, failed: record.failed, pending },
    diff: labelled ? diffScore(counts.labelled, counts.labelledWrong) : null,
    accuracy: labelled ? accuracy(counts.labelled, counts.labelledWrong) : null,
    agreement: labelled ? agreement(counts.labelled, counts.labelledRows) : null,
    intervals: { score: summary.interval, diff: card.diff, accuracy: card.accuracy },
    distribution: counts.distribution,
    categories: parts(counts.rows, 'category'),
    turns: parts(counts.turns, 'turn'),
    models: parts(named(counts.rows, options.name), 'model'),
    per_turn: perTurn(named(counts.turns, options.name)),
    wrong_format: {
      share: summary.judgments === 0 ? null : summary.wrong / summary.judgments,
      interval: wilsonInterval(summary.wrong, summary.judgments),
    },
    consistency: options.repeats > 1 ? consistency(counts.repeats) : null,
    rating_summary: options.summary,
    ratings_without_probabilities: counts.withoutExpected,
    judge_noise: toJudgeNoise(options, summary, counts, audited),
    language_rule: languageRule(counts.language),
    published: record.preview?.published ?? { 'ko-bench': 0, 'keval-testset': 0 },
    failures: counts.failures,
    weights,
    mixed_weights: areMixed(weights),
    ignored_fields: record.preview?.ignored_fields ?? [],
    skipped_rows: record.preview?.skipped_rows ?? 0,
    answers: options.answerFaults,
    references_not_shown: record.preview?.references_not_shown ?? 0,
    other_protocol: other === null ? null : otherProtocol(summary, other),
  }
  return { ...report, notes: buildNotes(report, record.imported).map((note) => withText(note, language)) }
}

/** The noise of the judge by the evaluation's own repeats, else by an audit. */
function toJudgeNoise(
  { summary }: EvaluationRecord['options'],
  { score, rated }: MeanScore,
  { repeats }: EvaluationCounts,
  audited: AuditedNoise | null,
): Report['judge_noise'] {
  const own = poolDeviation(repeats)
  const deviation = own ?? audited?.deviation ?? null
  if (deviation === null) return null
  return {
    source: own === null ? 'audit' : 'repeats',
    audit: own === null ? audited!.audit : null,
    deviation,
    score_interval: score === null || summary !== 'mean' ? null : rejudgedInterval(score, deviation, rated),
  }
}

/** Rows that name no answering model go under the name of the evaluation. */
const named = <Group extends { model: string | null }>(groups: readonly Group[], name: string) =>
  groups.map((group) => ({ ...group, model: group.model ?? name }))

/** The mean score of every model in every category, turn by turn. */
function perTurn(groups: readonly (TurnGroup & { model: string })[]): Report['per_turn'] {
  const cells = Map.groupBy(groups, ({ model, category, turn }) => JSON.stringify([model, category, turn]))
  const resamples = countResamples(cells.size)
  return [...cells.values()]
    .map((same) => ({ same, model: same[0]!.model, category: same[0]!.category, turn: same[0]!.turn }))
    .sort(
      (a, b) =>
        order(a.model, b.model) ||
        Number(a.category === null) - Number(b.category === null) ||
        order(a.category ?? '', b.category ?? '') ||
        a.turn - b.turn,
    )
    .slice(0, maxLines)
    .map(({ same, model, category, turn }) => ({
      model,
      category,
      turn,
      ...meanScore(same, resamples),
    }))
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** The mean score of each value of one dimension, in the order of its names; rows without one come last. */
function parts<Name extends string, Group extends RowGroup & Record<Name, string | number | null>>(
  groups: readonly Group[],
  dimension: Name,
): (MeanScore & Pick<Group, Name>)[] {
  const byValue = Map.groupBy(groups, (group) => group[dimension])
  const resamples = countResamples(byValue.size)
  return [...byValue]
    .sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1))
    .slice(0, maxLines)
    .map(([value, members]) => {
      const named = { [dimension]: value } as Pick<Group, Name>
      return { ...named, ...meanScore(members, resamples) }
    })
}

function otherProtocol(
  { score }: MeanScore,
  { evaluation, counts }: { evaluation: EvaluationRecord; counts: EvaluationCounts },
): Report['other_protocol'] {
  const theirs = meanScore(counts.rows, 1).score
  return {
    id: evaluation.id,
    protocol: evaluation.options.protocol,
    score: theirs,
    difference: score === null || theirs === null ? null : score - theirs,
  }
}
