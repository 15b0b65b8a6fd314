import { waitUntil } from 'cloudflare:workers'
import type { GatewayContext } from '../../http/context.ts'
import { logUnexpected } from '../../platform/unexpected.ts'

/** Sends an application's mails after the response; the scheduled work sends what is left. */
export function sendMails(c: GatewayContext, applicationId: string): void {
  afterAnswer(c, c.get('services').access.mailQueue.sendDue(applicationId))
}

/** Keeps work running after the response (`waitUntil`). */
export function afterAnswer(c: GatewayContext, work: Promise<unknown>): void {
  const requestId = c.get('requestId')
  waitUntil(work.catch((error) => logUnexpected(error, { work: 'mails', request_id: requestId })))
}
