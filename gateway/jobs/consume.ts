import { consumeBatch } from '../batches/queue-consumer.ts'
import type { BatchWork } from '../batches/work.ts'
import type { Env } from '../env.ts'
import { buryEvaluationWork, consumeEvaluation } from '../evaluations/queue-consumer.ts'
import type { EvaluationWork, GivenUpWork } from '../evaluations/work.ts'
import type { ModelCatalog } from '../nodes/registry/model-catalog.ts'
import { logUnexpected } from '../platform/unexpected.ts'

/** What the queues carry. */
export type Work = EvaluationWork | GivenUpWork | BatchWork

/**
 * What the queue waits before it offers work again that failed unexpectedly: at once and again, a database that is down
 * for a minute would use up every attempt.
 */
const retryAfterFailureSeconds = 30

/** Hands what comes from the queues to the part that sent it. */
export async function consume(
  batch: MessageBatch<Work>,
  parts: { env: Env; models: ModelCatalog },
): Promise<void> {
  const ofBatches = batch.messages.filter((message) => 'batchId' in message.body) as Message<BatchWork>[]
  const ofEvaluations = batch.messages.filter((message) => 'evaluationId' in message.body)
  if (batch.queue.endsWith('-dead')) {
    // a batch hands out what is pending anew by itself: its lost messages are only lost messages
    for (const message of ofBatches) message.ack()
    const buried = ofEvaluations as Message<GivenUpWork>[]
    await Promise.all(buried.map((one) => alone([one], () => buryEvaluationWork(one, parts.env))))
    return
  }
  const byEvaluation = Map.groupBy(
    ofEvaluations as Message<EvaluationWork>[],
    ({ body }) => `${body.tenantId} ${body.evaluationId}`,
  )
  await Promise.all([
    ...[...byEvaluation.values()].map((same) => alone(same, () => consumeEvaluation(same, parts))),
    ...ofBatches.map((one) => alone([one], () => consumeBatch(one, parts))),
  ])
}

/** The messages of several tenants come together: what goes wrong with one must not hold up or use up the others. */
async function alone(messages: readonly Message<unknown>[], work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    logUnexpected(error, { work: 'queue' })
    // those that are done already stay done
    for (const message of messages) message.retry({ delaySeconds: retryAfterFailureSeconds })
  }
}
