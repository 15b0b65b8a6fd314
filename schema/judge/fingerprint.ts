import { canonicalJson } from './canonical-json.ts'
import type { ProtocolName } from './protocol.ts'
import type { JudgeMessage } from './render.ts'
import { sha256Hex } from './sha256.ts'

/** All that determines a judgment. Two requests with the same of these get the same text. */
export interface JudgmentIdentity {
  model: string
  /** Digest of the model's weights, so that new weights miss every cache by themselves. */
  weightsDigest: string
  /** Decides how the rating is read. */
  protocol: ProtocolName
  template: string
  templateVersion: number
  /** Names the messages, so that a long text is hashed once: see {@link computePromptSha256}. */
  promptSha256: string
  temperature: number
  topP: number
  /** Null when the request leaves the bound to the model. */
  maxTokens: number | null
  seed: number | null
  sampleIndex: number
  ratingProbabilities: boolean
}

/** SHA-256 over the canonical JSON of the messages that the judge reads, in hexadecimal. */
export const computePromptSha256 = (messages: readonly JudgeMessage[]): Promise<string> =>
  sha256Hex(canonicalJson(messages.map(({ role, content }) => ({ role, content }))))

/** SHA-256 over the canonical JSON of the identity, in hexadecimal. */
export const computeFingerprint = (identity: JudgmentIdentity): Promise<string> =>
  sha256Hex(canonicalJson({ ...identity }))

/** A seed of 31 bits from a fingerprint: the default seed, so that a repeat gives the same text. */
export function toSeed(fingerprint: string): number {
  return Number.parseInt(fingerprint.slice(0, 8), 16) >>> 1
}
