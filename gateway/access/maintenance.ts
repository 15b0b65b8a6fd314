import { runIsolated } from '../platform/isolated.ts'
import type { Access } from './access.ts'

/** Runs the periodic work on applications, tenants and keys. Every part can be repeated. */
export async function maintenance(access: Access): Promise<void> {
  const { retention, mailQueue, limiter, tokens } = access
  await runIsolated('maintenance', {
    notices: () => access.reviewerNotice.queue(),
    mails: () => mailQueue.sendDue(),
    activated: () => retention.activate(),
    forgotten: () => retention.expireUnanswered(),
    rejected: () => retention.destroyRejected(),
    abandoned: () => retention.deleteAbandoned(),
    deleted: () => access.tenantDeletion.sweep(),
    reminders: () => access.remind(),
    rewrapped: () => access.rotateMasterSecret(),
    attempts: () => limiter.sweep(),
    tokens: () => tokens.sweep(),
    reviewers: () => access.reviewers.sweep(),
  })
}
