import type { RowInput } from './row.ts'

/** Actions for rows with an answer that is missing, empty or blank. */
export const emptyAnswerActions = ['refuse', 'judge', 'skip'] as const
export type EmptyAnswerAction = (typeof emptyAnswerActions)[number]

/** The first turn whose answer is empty; null where there is none, or the prompt stands as it was given. */
export function findEmptyAnswer(input: RowInput): number | null {
  if ('messages' in input) return null
  const turn = input.turns.findIndex(({ answer }) => answer.trim() === '')
  return turn === -1 ? null : turn
}
