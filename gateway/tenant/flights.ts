import type { Failure } from '../../schema/api/errors.ts'
import type { Judgment } from '../../schema/api/judgments.ts'
import type { JudgmentSource } from '../cache/cache-status.ts'
import type { JudgeCommand } from '../judging/command.ts'
import { judgmentOf } from '../judging/judgment.ts'
import { complete } from '../nodes/completion.ts'
import type { JudgmentStore } from './judgment-store.ts'

export type JudgeOutcome = { judgment: Judgment; source: JudgmentSource } | { failure: Failure }

/** The judgments being made for one tenant: requests for the same one share a single run. */
export class Flights {
  readonly #store: JudgmentStore
  readonly #running = new Map<string, Promise<JudgeOutcome>>()

  constructor(store: JudgmentStore) {
    this.#store = store
  }

  async judge(command: JudgeCommand): Promise<JudgeOutcome> {
    const stored = this.#store.findRated(command.fingerprint)
    if (stored !== null) return { judgment: stored, source: 'stored' }

    const running = this.#running.get(command.fingerprint)
    if (running !== undefined) {
      const outcome = await running
      return 'failure' in outcome ? outcome : { ...outcome, source: 'joined' }
    }
    const run = this.#run(command).finally(() => this.#running.delete(command.fingerprint))
    this.#running.set(command.fingerprint, run)
    return run
  }

  async #run(command: JudgeCommand): Promise<JudgeOutcome> {
    let failure: Failure = {
      code: 'no_node_available',
      detail: 'No node serves this model at the moment.',
      source: 'gateway',
      retryAfter: 5,
    }
    for (const served of command.candidates) {
      const startedAt = Date.now()
      const answer = await complete(served, {
        messages: command.messages,
        temperature: command.request.temperature,
        topP: command.request.top_p,
        seed: command.seed,
        maxTokens: command.request.max_tokens ?? null,
        ratingProbabilities: command.request.rating_probabilities,
        requestId: command.requestId,
        traceparent: command.traceparent,
        tenant: command.tenantId,
      })
      if ('completion' in answer) {
        const judgment = await judgmentOf(command, served, answer.completion, startedAt)
        this.#store.insert(command, judgment)
        return { judgment, source: 'node' }
      }
      failure = answer.failure
      if (failure.code === 'context_length_exceeded') break
    }
    return { failure }
  }
}
