import { consumeBatch } from './batches/queue-consumer.ts'
import type { BatchWork } from './batches/work.ts'
import type { Env } from './env.ts'
import { buryEvaluationWork, consumeEvaluations } from './evaluations/queue-consumer.ts'
import type { EvaluationWork, GivenUpWork } from './evaluations/work.ts'
import type { ModelCatalog } from './nodes/model-catalog.ts'

/** What the queues carry. */
export type Work = EvaluationWork | GivenUpWork | BatchWork

/** Hands what comes from the queues to the part that sent it. */
export async function consume(
  batch: MessageBatch<Work>,
  parts: { env: Env; models: ModelCatalog },
): Promise<void> {
  const ofBatches = batch.messages.filter((message) => 'batchId' in message.body)
  const ofEvaluations = batch.messages.filter((message) => 'evaluationId' in message.body)
  if (batch.queue.endsWith('-dead')) {
    // a batch hands out what is pending anew by itself: its lost messages are only lost messages
    for (const message of ofBatches) message.ack()
    return buryEvaluationWork(ofEvaluations as Message<GivenUpWork>[], parts.env)
  }
  await Promise.all([
    consumeEvaluations(ofEvaluations as Message<EvaluationWork>[], parts),
    ...ofBatches.map((message) => consumeBatch(message as Message<BatchWork>, parts)),
  ])
}
