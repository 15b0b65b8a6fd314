import type { Evaluation } from '../../../../../schema/api/evaluations.ts'

/** One side of a comparison: an evaluation, or the rows of one answering model in it. */
export interface Side {
  evaluation: Evaluation
  model: string | null
}

/** Maximum that still makes a readable matrix. */
export const maxSides = 8

/** A file with several models is as many sides. */
export function toSides(evaluations: readonly Evaluation[]): Side[] {
  const sides = evaluations.flatMap((evaluation): Side[] => {
    const models = Object.keys(evaluation.preview?.models ?? {})
    if (models.length <= 1) return [{ evaluation, model: null }]
    return models.map((model) => ({ evaluation, model }))
  })
  return sides.slice(0, maxSides)
}

export const sideName = ({ evaluation, model }: Side) =>
  model === null ? evaluation.name : `${evaluation.name} / ${model}`

/** The page that compares two sides. */
export function pairAddress(x: Side, y: Side): string {
  const query = new URLSearchParams({
    with: y.evaluation.id,
    ...(x.model !== null && { model: x.model }),
    ...(y.model !== null && { with_model: y.model }),
  })
  return `/evaluations/${encodeURIComponent(x.evaluation.id)}/compare?${query}`
}
