import type { Comparison } from '../../schema/api/comparisons.ts'
import { FailureError, invalidRequest } from '../../schema/api/errors.ts'
import { findImportSource } from '../../schema/api/imported.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'
import type { Language } from '../../schema/messages/language.ts'
import { withText } from '../../schema/messages/message.ts'
import { agreement } from '../../schema/metrics/agreement.ts'
import { type Cell, countSize } from '../../schema/metrics/cells.ts'
import { pairedBootstrap } from '../../schema/metrics/paired.ts'
import { areMixed, type WeightsScore } from '../../schema/metrics/weights.ts'
import { toDatasetReference } from './datasets/dataset-reference.ts'
import type { EvaluationRecord } from './evaluation-store.ts'
import { buildComparisonNotes } from './report/comparison-notes.ts'
import type { TenantEvaluations } from './tenant-evaluations.ts'

export interface Compared {
  record: EvaluationRecord
  model: string | undefined
}

/** Compares two evaluations question by question: the same file under two judges, or two models. */
export async function compareEvaluations(
  evaluations: TenantEvaluations,
  x: Compared,
  y: Compared,
  language: Language,
): Promise<Comparison> {
  const sides = [chooseSide(x, 'model'), chooseSide(y, 'with_model')] as const
  const [{ ratings, points, categories, sameAnswers, pairing }, weightsOfX, weightsOfY] = await Promise.all([
    evaluations.pairs(...sides),
    evaluations.weights(x.record.id),
    evaluations.weights(y.record.id),
  ])
  const rating = pairedBootstrap(ratings)
  const { pairs, confusion: _, intervals: __, ...statistics } = agreement(ratings)
  const [viewX, viewY] = [toView(x, weightsOfX), toView(y, weightsOfY)]
  const notes = buildComparisonNotes({
    x: { ...viewX, questions: digestOfSide(x) },
    y: { ...viewY, questions: digestOfSide(y) },
    otherWeights: areMixed([...weightsOfX, ...weightsOfY]),
    pairs,
    pairing,
  })
  return {
    object: 'evaluation.comparison',
    x: viewX,
    y: viewY,
    rating,
    diff: points.length > 0 ? pairedBootstrap(points) : null,
    same_answers: sameAnswers,
    // of other answers, different ratings are no disagreement
    agreement: sameAnswers ? statistics : null,
    pairing,
    points: toHalves(ratings),
    categories: categories.map(({ category, cells }) => toCategory(category, cells)),
    notes: notes.map((note) => withText(note, language)),
  }
}

function toCategory(category: string | null, cells: readonly Cell[]): Comparison['categories'][number] {
  const { pairs, difference, interval } = pairedBootstrap(cells, { resamples: categoryResamples })
  const mean = (side: 'x' | 'y') => cells.reduce((sum, cell) => sum + cell.count * cell[side], 0) / pairs
  return { category, rows: pairs, x: mean('x'), y: mean('y'), difference, interval }
}

/** There may be 200 categories. */
const categoryResamples = 400

/** Ratings to the nearest half, so that means over repeats do not make a plot of thousands of points. */
function toHalves(ratings: readonly Cell[]): Cell[] {
  const half = (value: number) => Math.round(value * 2) / 2
  return [...Map.groupBy(ratings, ({ x, y }) => `${half(x)} ${half(y)}`).values()]
    .map((same) => ({ x: half(same[0]!.x), y: half(same[0]!.y), count: countSize(same) }))
    .sort((a, b) => a.x - b.x || a.y - b.y)
}

/** The questions of one answering model, where it is named: others of the file may have answered more. */
function digestOfSide({ record, model }: Compared): string | null {
  const own = record.modelDatasets?.find(([name]) => name === model)
  return own?.[1] ?? record.dataset
}

const toView = ({ record, model }: Compared, weights: WeightsScore[]): Comparison['x'] => ({
  id: record.id,
  name: record.options.name,
  dataset: toDatasetReference(record),
  answering_model: model ?? null,
  model: record.options.model,
  protocol: record.options.protocol,
  imported_from: findImportSource(record.imported),
  mixed_weights: areMixed(weights),
  weights: weights.map(({ weights_digest, precision, provider }) => ({
    weights_digest,
    precision,
    provider,
  })),
})

/** A file with the answers of several models asks every question several times: one of them must be named. */
export function chooseSide({ record, model }: Compared, field: string): { id: string; model: string | null } {
  const models = Object.keys(record.preview?.models ?? {})
  if (model === undefined && models.length <= 1) return { id: record.id, model: null }
  if (model !== undefined && models.includes(model)) return { id: record.id, model }
  const evaluation = record.id
  const error =
    models.length === 0
      ? fieldError(field, 'comparison_no_models', { evaluation })
      : fieldError(field, 'comparison_model', { evaluation, models: models.join(', ') })
  throw new FailureError(invalidRequest([error]))
}
