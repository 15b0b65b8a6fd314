import { logUnexpected } from '../platform/unexpected.ts'
import type { Access } from './access.ts'

/**
 * What the clock does for the gate, every few minutes. One part that fails does not keep the others from
 * running, and everything here can be repeated.
 */
export async function maintenance(access: Access): Promise<void> {
  const { retention, mailQueue, limiter, tokens } = access
  const work: Record<string, () => Promise<unknown>> = {
    mails: () => mailQueue.sendDue(),
    activated: () => retention.activate(),
    forgotten: () => retention.endForgotten(),
    rejected: () => retention.destroyRejected(),
    abandoned: () => retention.deleteAbandoned(),
    deleted: () => access.tenantDeletion.sweep(),
    reminders: () => access.remind(),
    rewrapped: () => access.rotateMasterSecret(),
    attempts: () => limiter.sweep(),
    tokens: () => tokens.sweep(),
  }
  for (const [name, run] of Object.entries(work)) {
    try {
      await run()
    } catch (error) {
      logUnexpected(error, { work: `maintenance: ${name}` })
    }
  }
}
