import { RuntimeError } from './runtime.ts'

const defaultSlotTokens = 8192
const minSlotTokens = 256

export interface MemoryRequest {
  /** Bytes of keys and values for one token over all layers. */
  tokenBytes: number
  contextLength: number
  /** Maximum bytes of the cache; null for a share of the memory left by weights and workspace. */
  budgetBytes: number | null
  freeBytes: number
  weightBytes: number
  /** Other memory of the runtime. */
  workspaceBytes: number
  /** Share of what is left that the cache takes when nothing was asked for. */
  cacheShare: number
  /** Most slots when nothing was asked for. */
  maxSlots: number
  slots: number | null
  slotTokens: number | null
}

export interface MemoryPlan {
  slots: number
  slotTokens: number
  cacheBytes: number
}

/**
 * Plans the KV cache: its slots and their tokens. Requested sizes are kept or refused; open ones
 * are fitted into the budget, with fewer slots before shorter ones.
 *
 * @throws RuntimeError naming the sizes when it does not fit
 */
export function planMemory(request: MemoryRequest): MemoryPlan {
  const { tokenBytes, contextLength, freeBytes, weightBytes } = request
  const left = Math.max(0, freeBytes - weightBytes - request.workspaceBytes)
  const budgetBytes = request.budgetBytes ?? left * request.cacheShare
  const affordable = Math.floor(budgetBytes / tokenBytes)
  if (request.slotTokens !== null && request.slotTokens > contextLength)
    throw new RuntimeError(
      `${request.slotTokens} tokens a slot exceed the model's context of ${contextLength} tokens`,
    )
  const slotTokens = request.slotTokens ?? Math.min(contextLength, defaultSlotTokens, affordable)
  const slots = request.slots ?? evenOrOne(Math.min(request.maxSlots, Math.floor(affordable / slotTokens)))
  const tooShort = request.slotTokens === null && slotTokens < Math.min(minSlotTokens, contextLength)
  if (slots * slotTokens > affordable || tooShort)
    throw new RuntimeError(
      `${slots} slots of ${slotTokens} tokens need ${megabytes(slots * slotTokens * tokenBytes)} for the KV cache; ` +
        `${megabytes(budgetBytes)} may be used, where ${megabytes(freeBytes)} are free and the weights take ` +
        `${megabytes(weightBytes)} (see --slots, --slot-tokens, --cache-mb)`,
    )
  return { slots, slotTokens, cacheBytes: slots * slotTokens * tokenBytes }
}

/** Some kernels take two rows at a time, and treat an odd one otherwise. */
const evenOrOne = (slots: number) => Math.max(1, slots - (slots % 2))

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`
