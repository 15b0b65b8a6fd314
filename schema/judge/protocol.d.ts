import { type ParsedRating } from './rating.ts'
/**
 * How a judgment is made. `ko-bench` is Ko-Bench's own protocol. `simple-keval` repeats the published
 * leaderboard run: one template for everything, other sampling, and the first bracket that looks like a rating.
 */
export declare const protocolNames: readonly ['ko-bench', 'simple-keval']
export type ProtocolName = (typeof protocolNames)[number]
interface Protocol {
  temperature: number
  /** Null leaves the bound to the node. */
  maxTokens: number | null
  /** Longest prompt and answer together, whatever the model could take; null for the model's own. */
  contextLength: number | null
  parse(text: string): ParsedRating | null
}
export declare const protocols: Readonly<Record<ProtocolName, Protocol>>
