import type { EvaluationRecord } from './evaluation-store.ts'

/** Counts the settled judgments of an evaluation, failed ones included. */
export function countFinished({
  rated,
  wrong,
  failed,
}: Pick<EvaluationRecord, 'rated' | 'wrong' | 'failed'>): number {
  return rated + wrong + failed
}
