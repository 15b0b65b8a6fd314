import { type Failure, reason } from '../../schema/api/errors.ts'
import type { CurrentGrantLookup } from '../auth/current-grant.ts'
import type { Env } from '../env.ts'
import type { ModelCatalog } from '../nodes/registry/model-catalog.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import { findGrant } from './find-grant.ts'
import type { Prepare } from './job.ts'
import { countPermits } from './limits.ts'
import { retryWithBackoff } from './retry-with-backoff.ts'
import { tenantJobs } from './tenant-jobs.ts'
import type { JobKindName, Work } from './work.ts'

export interface ConsumerParts {
  env: Pick<Env, 'TENANTS' | 'JOB_QUEUE'>
  models: ModelCatalog
  currentGrant: CurrentGrantLookup
  /** Makes the commands of each kind of job. */
  preparers: Record<JobKindName, Prepare<never, unknown>>
}

/** The queue offers a chunk again so late that a database that is away for a minute does not use up every attempt. */
const retryAfterErrorSeconds = 30
const retryWhenBusySeconds = 2

const undeliverable: Failure = {
  code: 'no_node_available',
  ...reason('row_unjudged'),
  source: 'gateway',
}

/** The Worker's queue entry: hands each chunk to its tenant's object, or settles what the queue gave up. */
export async function consume(delivery: MessageBatch<Work>, parts: ConsumerParts): Promise<void> {
  const isDead = delivery.queue.endsWith('-dead')
  await Promise.all(
    delivery.messages.map(async (message) => {
      // the chunks of several tenants come together: a failure with one must not hold up the others
      try {
        const work = message.body
        if (isDead) await tenantJobs(parts.env.TENANTS.getByName(work.tenantId)).fail(work, undeliverable)
        else await consumeChunk(work, parts)
        message.ack()
      } catch (error) {
        logUnexpected(error, { work: 'queue' })
        message.retry({ delaySeconds: retryAfterErrorSeconds })
      }
    }),
  )
}

/** Prepares a chunk under what its tenant may use now, and has its object run it without waiting for the end. */
async function consumeChunk(
  work: Work,
  { env, models, currentGrant, preparers }: ConsumerParts,
): Promise<void> {
  const jobs = tenantJobs(env.TENANTS.getByName(work.tenantId))
  const current = await findGrant(currentGrant, work)
  if ('stop' in current) {
    // the object of a tenant that is gone would come back empty
    if (current.stop !== 'tenant_gone') await jobs.stop(work, current.stop)
    return
  }
  const { grant } = current
  if (work.failure === 'model_changed') await models.refresh()
  const found = await jobs.take(work, countPermits(grant))
  if (found === null) return
  if (found === 'busy') {
    // sent anew, so that a wait for room counts as no attempt
    await env.JOB_QUEUE.send(work, { contentType: 'json', delaySeconds: retryWhenBusySeconds })
    return
  }
  const prepared = await preparers[work.kind](found.taken as never, { work, grant, models })
  if ('pause' in prepared) await jobs.pause(work, prepared.pause)
  else if ('wait' in prepared) await retryWithBackoff(env.JOB_QUEUE, work, prepared.wait)
  else await jobs.start(work, prepared.items)
}
