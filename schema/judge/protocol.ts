import { type ParsedRating, parseRating } from './rating.ts'
import { parseSimpleKevalRating } from './simple-keval-rating.ts'

/**
 * Protocols of a judgment. `ko-bench` is Ko-Bench's own. `simple-keval` repeats the published
 * leaderboard run: one template for everything, other sampling, and the first bracket that looks like a rating.
 */
export const protocolNames = ['ko-bench', 'simple-keval'] as const

export type ProtocolName = (typeof protocolNames)[number]

interface Protocol {
  temperature: number
  /** Null leaves the bound to the node. */
  maxTokens: number | null
  /** Longest prompt and answer together, whatever the model could take; null for the model's own. */
  contextLength: number | null
  parse(text: string): ParsedRating | null
}

export const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  'ko-bench': { temperature: 0.7, maxTokens: null, contextLength: null, parse: parseRating },
  'simple-keval': { temperature: 0.8, maxTokens: 2048, contextLength: 4096, parse: parseSimpleKevalRating },
}
