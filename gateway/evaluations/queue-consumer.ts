import type { Failure } from '../../schema/api/errors.ts'
import type { Env } from '../env.ts'
import { mostAttempts } from '../jobs/attempts.ts'
import { maxChunkItems } from '../jobs/chunk.ts'
import { retryWithBackoff } from '../jobs/retry-with-backoff.ts'
import { findWorkStop } from '../jobs/work-status.ts'
import type { ModelCatalog } from '../nodes/registry/model-catalog.ts'
import { Semaphore } from '../platform/semaphore.ts'
import type { TakenWork } from './evaluations.ts'
import { commandFor } from './item-command.ts'
import { evaluationsOf } from './tenant-evaluations.ts'
import type { EvaluationWork, GivenUpWork } from './work.ts'

/** Most judgments that one run of the consumer asks the tenant's object for at a time; the object paces them. */
const mostAtOnce = 32

/** Failures that trying again does not change. */
const hopeless: ReadonlySet<string> = new Set([
  'context_length_exceeded',
  'invalid_request',
  'body_too_large',
])

interface ConsumerParts {
  env: Pick<Env, 'DB' | 'TENANTS' | 'EVALUATION_DEAD_LETTERS'>
  models: ModelCatalog
}

/** Marks what was given up as failed, so that the evaluation can end without it. */
export async function buryEvaluationWork(
  message: Message<GivenUpWork>,
  env: Pick<Env, 'TENANTS'>,
): Promise<void> {
  const failure = message.body.failure ?? {
    code: 'no_node_available',
    detail: 'Nothing could judge this row, however often it was tried.',
  }
  await evaluationsOf(env.TENANTS.getByName(message.body.tenantId)).giveUp(message.body, failure)
  message.ack()
}

/**
 * Works through messages of one evaluation. A message is done when none of its judgments is pending; it comes back
 * with a growing delay otherwise. Rows that nothing helps go to the dead-letter queue one by one.
 */
export async function consumeEvaluation(
  messages: readonly Message<EvaluationWork>[],
  { env, models }: ConsumerParts,
): Promise<void> {
  const newest = messages.reduce((one, other) => (other.body.generation > one.body.generation ? other : one))
  const { tenantId, evaluationId } = newest.body
  const evaluations = evaluationsOf(env.TENANTS.getByName(tenantId))
  let isPaused = false
  const pauseIfStopped = async () => {
    const stop = await findWorkStop(env.DB, newest.body)
    if (stop === null || isPaused) return
    isPaused = true
    if (stop === 'key_revoked') await evaluations.stop(newest.body)
    // the object of a tenant that is gone would come back empty
    else if (stop !== 'tenant_gone') await evaluations.pause(stop)
  }
  await pauseIfStopped()
  if (isPaused) {
    for (const message of messages) message.ack()
    return
  }
  let begun = 0
  const semaphore = new Semaphore(mostAtOnce)
  /** What stopped everything: no node, no quota left. The rest of the messages need not run into it too. */
  let stop: Failure | null = null

  await Promise.all(
    messages.map(async (message) => {
      const taken: TakenWork | null = await evaluations.take(message.body)
      if (taken === null) return message.ack()
      const candidates = await models.find(taken.options.model)
      if (candidates.length === 0) return retryWithBackoff(message, null)
      let left: Failure | null = null
      /** Whether anything came of this message: a judgment, or a failure that counts. */
      let moved = false
      await Promise.all(
        taken.pending.map((item) =>
          semaphore.run(async () => {
            if (++begun % maxChunkItems === 0) await pauseIfStopped()
            if (isPaused) return
            if (stop !== null) {
              left = stop
              return
            }
            const command = await commandFor(item, taken, { tenantId, evaluationId, candidates })
            const failed = await evaluations.judge(evaluationId, item.position, command)
            moved ||= failed === null || failed.attempts > 0
            if (failed === null) return
            const { failure, attempts } = failed
            if (hopeless.has(failure.code) || attempts >= mostAttempts) {
              await giveUp(message.body, item.position, failure)
              return
            }
            left = failure
            if (attempts === 0) stop = failure
          }),
        ),
      )
      // what a hold leaves pending is handed out anew when it ends
      if (isPaused || left === null) return message.ack()
      if (stop?.code === 'model_changed') await models.refresh()
      retryWithBackoff(message, left, moved)
    }),
  )

  async function giveUp(from: EvaluationWork, position: number, { code, detail }: Failure): Promise<void> {
    const dead: GivenUpWork = { ...from, from: position, to: position + 1, failure: { code, detail } }
    await env.EVALUATION_DEAD_LETTERS.send(dead, { contentType: 'json' })
  }
}
