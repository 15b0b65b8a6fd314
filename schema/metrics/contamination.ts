import { sha256Hex } from '../judge/sha256.ts'
import { normalizeText } from '../text/normalize.ts'
import { kevalTestInputs, koBenchQuestions } from './published-digests.ts'

/** The published set that contains a row. */
export type PublishedSet = 'ko-bench' | 'keval-testset'

/** Names a text whatever its white space: see published-digests.ts for the rule. */
export async function textDigest(text: string): Promise<string> {
  return (await sha256Hex(normalizeText(text))).slice(0, 16)
}

/**
 * Returns whether a row equals published material, which a model or judge may have seen in training: the user text
 * that the judge reads is an input of keval's test set, or the question is one of Ko-Bench's.
 */
export function findPublishedSet(questionDigest: string | null, inputDigest: string): PublishedSet | null {
  if (kevalTestInputs.has(inputDigest)) return 'keval-testset'
  return questionDigest !== null && koBenchQuestions.has(questionDigest) ? 'ko-bench' : null
}
