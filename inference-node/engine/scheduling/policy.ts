/**
 * The decisions of the engine, as pure functions of its state: which waiting sequence starts in which row of
 * the KV cache, how much of a prompt is computed at once, which rows are decoded together.
 */

export interface WaitingSequence {
  id: number
  tenant: string
  /** Tokens to compute before it can decode: all of the prompt but the last. */
  prompt: readonly number[]
  /** Number of later sequences of the same tenant started while this one was the tenant's oldest. */
  passedOver: number
}

export interface RowState {
  /** Prompt tokens whose keys and values are in the row. */
  cached: readonly number[]
  /** The tenant of the prompt. */
  tenant: string
  /** Tokens at its beginning that other tenants may reuse. */
  publicTokens: number
  occupied: boolean
  /** Larger is later. */
  lastUsed: number
}

export interface Start {
  id: number
  row: number
  /** Tokens of the prompt that need not be computed. */
  reused: number
  /** The row to copy them from; null when they are in `row` already or there are none. */
  copyFrom: number | null
}

/**
 * Number of one tenant's sequences that are searched for one that shares a prefix with a row. An evaluation of several
 * models sends the answers to one question as far apart as there are questions.
 */
const lookahead = 256
/** Times that the oldest may be passed over for a sequence that shares more. */
const maxPassedOver = 16
/** A shorter common prefix is not worth a copy. */
const minReusedTokens = 8

/** Rules for cutting prompts into chunks without an effect on the results. */
export interface ChunkRules {
  /** Most tokens of a chunk. */
  limit: number
  /**
   * Some kernels round differently for every length of a chunk. Then all chunks begin at multiples of `limit`,
   * reused prefixes end there, and each prompt is cut in one way only.
   */
  aligned: boolean
  /** Some kernels take so many tokens together: chunks and reused prefixes, but for the last chunk, are multiples of it. */
  multiple: number
}

/**
 * ONNX Runtime's CPU kernels treat so many tokens of a chunk at a time. A single token that is left over, or comes
 * alone, goes through other kernels, whose results differ in the last bits: chunks of such a length are avoided.
 */
const tileTokens = 32
const leavesOne = (tokens: number) => tokens % tileTokens === 1

/**
 * Chooses the sequence that starts next, and its row; null if none waits or no row is free. The tenant that was served least
 * has its turn; among its sequences the one that shares most with the cache, or the oldest once it was passed over
 * too often.
 *
 * @param waiting in order of arrival
 * @param served work done for each tenant, in tokens
 * @param copiesRows whether a prefix can be copied from one row to another
 */
export function chooseStart(
  waiting: readonly WaitingSequence[],
  rows: readonly RowState[],
  served: ReadonlyMap<string, number>,
  copiesRows: boolean,
  chunks: ChunkRules,
): Start | null {
  const targets = reachableRows(rows)
  if (waiting.length === 0 || targets.length === 0) return null
  const tenant = findLeastServed(waiting, served)
  const own = waiting.filter((sequence) => sequence.tenant === tenant).slice(0, lookahead)
  const candidates = own[0]!.passedOver >= maxPassedOver ? own.slice(0, 1) : own
  const places = candidates.map((sequence) => choosePlace(sequence, rows, targets, copiesRows, chunks))
  return places.reduce((best, place) => (place.reused > best.reused ? place : best))
}

/** The free rows that keep the occupied ones together, so that a decode step computes no unused row. */
function reachableRows(rows: readonly RowState[]): number[] {
  const { first, last, free } = occupation(rows)
  if (first < 0) return free
  const holes = free.filter((row) => row > first && row < last)
  return holes.length > 0 ? holes : free.filter((row) => row === first - 1 || row === last + 1)
}

function findLeastServed(waiting: readonly WaitingSequence[], served: ReadonlyMap<string, number>): string {
  const work = (tenant: string) => served.get(tenant) ?? 0
  return waiting.reduce(
    (least, { tenant }) => (work(tenant) < work(least) ? tenant : least),
    waiting[0]!.tenant,
  )
}

/** The row with the longest reusable prefix: in place if the row is free, so that other prefixes are kept. */
function choosePlace(
  { id, tenant, prompt }: WaitingSequence,
  rows: readonly RowState[],
  targets: readonly number[],
  copiesRows: boolean,
  chunks: ChunkRules,
): Start {
  const reusable = rows.map((row) => countReusable(row, tenant, prompt, chunks))
  const sources = copiesRows ? rows.map((_, row) => row) : targets
  const maxReusable = Math.max(...sources.map((row) => reusable[row]!))
  const oldest = targets.reduce((a, b) => (rows[b]!.lastUsed < rows[a]!.lastUsed ? b : a))
  if (maxReusable === 0) return { id, row: oldest, reused: 0, copyFrom: null }
  // a copy leaves the rest of another tenant's prompt where it is
  const keeps = (row: number) => !copiesRows || row === oldest || rows[row]!.tenant === tenant
  const inPlace = targets.find((row) => reusable[row] === maxReusable && keeps(row))
  if (inPlace !== undefined) return { id, row: inPlace, reused: maxReusable, copyFrom: null }
  return { id, row: oldest, reused: maxReusable, copyFrom: reusable.indexOf(maxReusable) }
}

/**
 * Number of tokens of a prompt that a row saves. Of another tenant's row only the public prefix
 * counts, so neither the number of cached tokens nor the latency reveals other tenants' prompts.
 */
function countReusable(
  row: RowState,
  tenant: string,
  prompt: readonly number[],
  { limit, aligned, multiple }: ChunkRules,
): number {
  const { cached } = row
  const shared = row.tenant === tenant ? cached.length : Math.min(row.publicTokens, cached.length)
  const maxLength = Math.min(shared, prompt.length)
  let length = 0
  while (length < maxLength && cached[length] === prompt[length]) length++
  length -= length % (aligned ? limit : multiple)
  if (!aligned && prompt.length - length === 1) length -= multiple
  return length >= minReusedTokens ? length : 0
}

/** Size of a prompt's next chunk. */
export function chunkLength(remaining: number, { limit, aligned, multiple }: ChunkRules): number {
  if (remaining === 1) return 1
  if (aligned) return Math.min(remaining, limit)
  let length = remaining <= limit ? remaining : limit - (limit % multiple)
  while (leavesOne(length) || remaining - length === 1)
    length -= length % multiple === 0 ? multiple : length % multiple
  return length
}

/**
 * The rows that one decode step covers: from the first to the last that needs it, and as many neighbours as a multiple
 * of `multiple` takes, when there are so many.
 *
 * @param rows how many there are
 * @returns the first row and their number
 */
export function decodeRange(decoding: readonly number[], rows: number, multiple: number): [number, number] {
  let first = Math.min(...decoding)
  let last = Math.max(...decoding)
  while ((last - first + 1) % multiple !== 0 && last - first + 1 < rows) {
    if (last + 1 < rows) last++
    else first--
  }
  return [first, last - first + 1]
}

/** A running row to move into a gap, so that running rows are neighbours; null when there is no gap. */
export function chooseMove(rows: readonly RowState[]): { from: number; to: number } | null {
  const { first, last, free } = occupation(rows)
  const gap = free.find((row) => row > first && row < last)
  return gap === undefined ? null : { from: last, to: gap }
}

function occupation(rows: readonly RowState[]): { first: number; last: number; free: number[] } {
  const free: number[] = []
  rows.forEach((row, index) => {
    if (!row.occupied) free.push(index)
  })
  return {
    first: rows.findIndex((row) => row.occupied),
    last: rows.findLastIndex((row) => row.occupied),
    free,
  }
}
