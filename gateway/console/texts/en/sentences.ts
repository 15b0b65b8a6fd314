import { sentences as korean } from '../ko/sentences.ts'

/** The API speaks English. */
export const sentences: Record<string, string> = Object.fromEntries(
  Object.keys(korean).map((sentence) => [sentence, sentence]),
)
