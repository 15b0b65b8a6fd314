import { FailureError } from '../../schema/api/errors.ts'
import type { Comparison } from '../../schema/api/reports.ts'
import { agreement } from '../../schema/metrics/agreement.ts'
import { type Cell, sizeOf } from '../../schema/metrics/cells.ts'
import { pairedBootstrap } from '../../schema/metrics/paired.ts'
import { fewestRowsToRank } from '../../schema/metrics/scores.ts'
import type { ReportTexts } from '../../schema/report/texts/en.ts'
import type { EvaluationRecord } from './evaluation-store.ts'
import type { TenantEvaluations } from './tenant-evaluations.ts'

interface Compared {
  record: EvaluationRecord
  model: string | undefined
}

/** Compares two evaluations row by row, by the ids of their rows: the same file under two judges, or two models. */
export async function compareEvaluations(
  evaluations: TenantEvaluations,
  x: Compared,
  y: Compared,
  texts: ReportTexts,
): Promise<Comparison> {
  const { ratings, points, categories } = await evaluations.pairs(sideOf(x, 'model'), sideOf(y, 'with_model'))
  const rating = pairedBootstrap(ratings)
  const { pairs, confusion: _, intervals: __, ...statistics } = agreement(ratings)
  const notes: string[] = []
  if (pairs === 0) notes.push(texts.nothingInCommon)
  else if (pairs < fewestRowsToRank) notes.push(texts.tooFewInCommon(pairs, fewestRowsToRank))
  if (x.record.dataset !== y.record.dataset) notes.push(texts.otherQuestions)
  if (x.record.options.protocol !== y.record.options.protocol) notes.push(texts.otherProtocols)
  return {
    object: 'evaluation.comparison',
    x: viewOf(x),
    y: viewOf(y),
    rating,
    diff: points.length > 0 ? pairedBootstrap(points) : null,
    agreement: statistics,
    points: toHalves(ratings),
    categories,
    notes,
  }
}

/** Ratings to the nearest half, so that means over repeats do not make a plot of thousands of points. */
function toHalves(ratings: readonly Cell[]): Cell[] {
  const half = (value: number) => Math.round(value * 2) / 2
  return [...Map.groupBy(ratings, ({ x, y }) => `${half(x)} ${half(y)}`).values()]
    .map((same) => ({ x: half(same[0]!.x), y: half(same[0]!.y), count: sizeOf(same) }))
    .sort((a, b) => a.x - b.x || a.y - b.y)
}

const viewOf = ({ record: { id, options }, model }: Compared): Comparison['x'] => ({
  id,
  name: options.name,
  answering_model: model ?? null,
  model: options.model,
  protocol: options.protocol,
})

/** A file with the answers of several models has every row id several times: one of them must be named. */
function sideOf({ record, model }: Compared, field: string): { id: string; model: string | null } {
  const models = Object.keys(record.preview?.models ?? {})
  if (model === undefined && models.length <= 1) return { id: record.id, model: null }
  if (model !== undefined && models.includes(model)) return { id: record.id, model }
  const message = `must be one of the models in ${record.id}: ${models.join(', ') || 'it names none'}`
  throw new FailureError({
    code: 'invalid_request',
    detail: `${field}: ${message}`,
    source: 'gateway',
    errors: [{ field, message }],
  })
}
