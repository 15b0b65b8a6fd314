import type { AppliedLimits } from '../../limits/limits.ts'
import { remainingLimits } from '../../nodes/client/call-deadline.ts'
import { type ChatCall, requestChunks, requestCompletion } from '../../nodes/client/chat-call.ts'
import type { NodeChunk } from '../../nodes/client/chat-wire.ts'
import { CallAborted, NodeFailure } from '../../nodes/client/node-failure.ts'
import type { ServedModel } from '../../nodes/served-model.ts'
import type { EndedRun, RunUsage } from '../../usage/usage-store.ts'
import { admitRun } from './admit-run.ts'
import type { ChatOutcome } from './outcome.ts'
import { clientDisconnected, type RunDependencies } from './run-judgment.ts'
import type { RunControls } from './shared-run.ts'

/** A chat completion with the caller's own prompt: limited and counted, neither stored nor cached. */
export interface ChatCommand {
  model: string
  /** The request towards the node, without `model` and `stream`. */
  body: Record<string, unknown>
  /** The most tokens it may use, for the reservation, and the likely ones of its prompt. */
  tokens: { most: number; prompt: number }
  /** True if it asks for more than a judgment takes; see `CallOptions` of the pool. */
  isHeavy: boolean
  candidates: ServedModel[]
  keyId: string
  tenantId: string
  requestId: string
  traceparent: string | undefined
  limits: AppliedLimits
}

/** Runs a chat completion; with `controls`, as a stream whose chunks go there. `record` counts it, maybe with others. */
export async function runChat(
  dependencies: RunDependencies,
  command: ChatCommand,
  controls: RunControls<NodeChunk> | null,
  record: (run: EndedRun) => Promise<void>,
): Promise<ChatOutcome> {
  const { admission, pool, transport, timeLimits, deadlines, now } = dependencies
  const { tenantId, keyId, model, isHeavy, limits } = command
  const asked = { tenantId, keyId, tokens: command.tokens.most, limits }
  const admitted = await admitRun(dependencies, asked, controls?.signal)
  if (admitted === null) return { failure: clientDisconnected }
  if ('failure' in admitted) return { failure: admitted.failure, limits: admitted.report }
  const { reservation, report } = admitted
  const by = { day: reservation.day, keyId, model }
  const settle = (used: RunUsage) => admission.settle(reservation, used.prompt + used.completion)

  let chunks = 0
  const startedAt = now()
  try {
    const ask = async (served: ServedModel) => {
      const limits = remainingLimits(timeLimits, now() - startedAt)
      const call = { ...toCall(command, served, limits, controls?.signal), deadlines, transport }
      if (controls === null) return requestCompletion(call)
      return relay(call, (chunk) => {
        chunks += 1
        controls.onItem(chunk)
      })
    }
    const answer = await pool.run(command.candidates, ask, { isHeavy })
    const used = {
      prompt: answer.usage?.prompt_tokens ?? command.tokens.prompt,
      completion: answer.usage?.completion_tokens ?? chunks,
      milliseconds: now() - startedAt,
    }
    await record({ by, result: 'chat', used })
    settle(used)
    return { completion: controls === null ? answer : null, limits: report }
  } catch (error) {
    const disconnected = error instanceof CallAborted && chunks > 0
    const used = disconnected
      ? { prompt: command.tokens.prompt, completion: chunks, milliseconds: null }
      : { prompt: 0, completion: 0, milliseconds: null }
    // the slot is free again even where nothing can be written
    settle(used)
    await record({ by, result: 'failed', used })
    if (error instanceof NodeFailure) return { failure: error.failure, limits: report }
    if (error instanceof CallAborted) {
      return { failure: clientDisconnected }
    }
    throw error
  }
}

/** Relays every chunk and returns the usage. After the first chunk the call cannot be repeated on another node. */
async function relay(call: ChatCall, onChunk: (chunk: NodeChunk) => void): Promise<Pick<NodeChunk, 'usage'>> {
  let relayed = false
  let usage: NodeChunk['usage'] = null
  try {
    for await (const chunk of requestChunks(call)) {
      usage = chunk.usage ?? usage
      relayed = true
      onChunk(chunk)
    }
    return { usage }
  } catch (error) {
    throw error instanceof NodeFailure && relayed ? error.final() : error
  }
}

function toCall(
  { body, requestId, traceparent, tenantId }: ChatCommand,
  served: ServedModel,
  limits: ChatCall['limits'],
  signal: AbortSignal | undefined,
): Omit<ChatCall, 'transport' | 'deadlines'> {
  return { served, body, requestId, traceparent, tenant: tenantId, limits, signal }
}
