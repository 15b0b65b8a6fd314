import type { EvaluationRecord } from './evaluation-store.ts'

/** How many judgments of an evaluation are over, whatever came of them. */
export function countSettled({
  rated,
  wrong,
  failed,
}: Pick<EvaluationRecord, 'rated' | 'wrong' | 'failed'>): number {
  return rated + wrong + failed
}
