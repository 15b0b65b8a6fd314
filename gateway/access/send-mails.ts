import { waitUntil } from 'cloudflare:workers'
import type { GatewayContext } from '../http/context.ts'

/** Mails go out after the answer; should this isolate die first, the clock sends them. */
export function sendMails(c: GatewayContext, applicationId: string): void {
  afterAnswer(c, c.get('services').access.mailQueue.sendDue(applicationId))
}

/** Lets work outlive the answer. An error of the database quotes values: only that there was one is logged. */
export function afterAnswer(c: GatewayContext, work: Promise<unknown>): void {
  const requestId = c.get('requestId')
  const report = () =>
    console.error(JSON.stringify({ level: 'error', event: 'mails', request_id: requestId }))
  waitUntil(work.catch(report))
}
