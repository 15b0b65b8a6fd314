import type { Judgment } from '../../../../schema/api/judgments.ts'
import type { Turn } from '../../../../schema/judge/render.ts'

/** A judgment as `GET /v1/judgments/{id}` answers it: with what was judged, where that is still stored. */
export interface StoredJudgment extends Judgment {
  input?: { question?: string; answer?: string; reference?: string; turns?: Turn[] }
}

/** The judged texts, turn by turn; empty where they are not known. */
export function toTurns({ input }: StoredJudgment): Turn[] {
  if (input === undefined) return []
  const { question = '', answer = '', reference } = input
  return input.turns ?? [{ question, answer, reference }]
}
