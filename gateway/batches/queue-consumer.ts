import { ChatCompletionRequest } from '../../schema/api/chat.ts'
import type { Failure } from '../../schema/api/errors.ts'
import type { Env } from '../env.ts'
import { fieldErrors, invalidRequest } from '../http/failure-response.ts'
import { limitsOfWork } from '../jobs/bounds.ts'
import { retryWithBackoff } from '../jobs/retry-with-backoff.ts'
import { findWorkStop } from '../jobs/work-status.ts'
import { chatCommandOf } from '../judging/chat-request.ts'
import type { ModelCatalog } from '../nodes/registry/model-catalog.ts'
import type { PendingLine } from './batch-store.ts'
import type { TakenLines } from './batches.ts'
import { batchesOf, type TenantBatches } from './tenant-batches.ts'
import type { BatchWork } from './work.ts'

interface ConsumerParts {
  env: Pick<Env, 'DB' | 'TENANTS'>
  models: ModelCatalog
}

/** Runs the lines of a message; it comes back when some of them have to wait. */
export async function consumeBatch(
  message: Message<BatchWork>,
  { env, models }: ConsumerParts,
): Promise<void> {
  const { tenantId } = message.body
  const batches = batchesOf(env.TENANTS.getByName(tenantId))
  const stop = await findWorkStop(env.DB, message.body)
  if (stop !== null) {
    if (stop === 'key_revoked') await batches.stop(message.body)
    else if (stop !== 'tenant_gone') await batches.pause(stop)
    return message.ack()
  }
  const taken = await batches.take(message.body)
  if (taken === null) return message.ack()
  const waiting = await Promise.all(
    taken.pending.map((line) => runLine(message.body, line, taken, batches, models)),
  )
  const failure = waiting.find((one) => one !== null)
  if (failure === undefined) message.ack()
  else retryWithBackoff(message, failure)
}

async function runLine(
  { batchId, tenantId }: BatchWork,
  { position, request }: PendingLine,
  { options }: TakenLines,
  batches: TenantBatches,
  models: ModelCatalog,
): Promise<Failure | null> {
  const refuse = async (failure: Failure) => {
    await batches.refuse(batchId, position, failure)
    return null
  }
  const parsed = ChatCompletionRequest.safeParse(JSON.parse(request))
  if (!parsed.success) return refuse(invalidRequest(fieldErrors(parsed.error.issues)))
  const { model } = parsed.data
  const allowed = options.models === null || options.models.includes(model)
  const candidates = allowed ? await models.find(model) : []
  if (candidates.length === 0) {
    const nothingAnswers = allowed && (await models.list()).length === 0
    const detail = nothingAnswers
      ? 'No node answers at the moment.'
      : `"${model.slice(0, 100)}" is not served.`
    const failure: Failure = {
      code: nothingAnswers ? 'no_node_available' : 'model_not_found',
      detail,
      source: 'gateway',
    }
    return nothingAnswers ? failure : refuse(failure)
  }
  const { keyId } = options
  const command = chatCommandOf(
    {
      keyId,
      tenantId,
      requestId: `${batchId}-${position}`,
      traceparent: undefined,
      limits: limitsOfWork(options),
    },
    parsed.data,
    candidates,
  )
  return batches.run(batchId, position, command)
}
