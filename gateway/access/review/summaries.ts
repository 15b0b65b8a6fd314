import type { ApplicationRow } from '../../../schema/db/control.ts'
import type { GatewayContext } from '../../http/context.ts'
import { summaryView } from '../views.ts'

/** The summaries of a page of applications, each with its review context. */
export async function summaries(c: GatewayContext, page: ApplicationRow[]) {
  const reviewContexts = await c.get('services').access.reviewService.reviewContexts(page)
  const now = Date.now()
  return page.map((application) =>
    summaryView(application, reviewContexts.get(application.id)!, c.get('operator'), now),
  )
}

/** The summary of one application. */
export const summarizeApplication = async (c: GatewayContext, application: ApplicationRow) =>
  (await summaries(c, [application]))[0]!
