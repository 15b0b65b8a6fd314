import { FailureError, reason } from '../../schema/api/errors.ts'
import type { Judgment } from '../../schema/api/judgments.ts'
import type { GatewayContext } from '../http/context.ts'
import { callTenant } from '../http/tenant-call.ts'
import { localizeJudgment } from './localize-judgment.ts'
import { streamWhole } from './stream-judgment.ts'

/** Answers a repeated request under its Idempotency-Key with the stored judgments, in the form it asks for. */
export async function sendStoredJudgments(c: GatewayContext, ids: string[]): Promise<Response> {
  const stored = await Promise.all(ids.map((id) => callTenant(c, (tenant) => tenant.getJudgment(id))))
  const judgments = stored.map((found) => {
    if (found === null) throw deleted()
    return localizeJudgment(c, found.judgment as Judgment)
  })
  const { stream, n } = (await c.req.json()) as { stream?: boolean | null; n?: number | null }
  if (stream === true) return streamWhole(c, judgments[0]!)
  const body = (n ?? 1) === 1 ? judgments[0] : { object: 'list', data: judgments, has_more: false }
  return c.json(body, 200, { 'cache-control': 'private, no-store' })
}

function deleted(): FailureError {
  return new FailureError({ code: 'not_found', ...reason('judgment_deleted'), source: 'gateway' })
}
