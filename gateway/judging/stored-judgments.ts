import { FailureError, reason } from '../../schema/api/errors.ts'
import type { Judgment, JudgmentPageQuery, ShownJudgment } from '../../schema/api/judgments.ts'
import { toCacheScope } from '../cache/judgment-cache.ts'
import type { GatewayContext } from '../http/context.ts'
import { callTenant } from '../http/tenant-call.ts'
import { localizeJudgment } from './localize-judgment.ts'

/** Routes of stored judgments: list, read, delete. */
export async function listJudgments(c: GatewayContext, query: JudgmentPageQuery) {
  const page = await callTenant(c, (tenant) => tenant.listJudgments(query))
  return {
    object: 'list' as const,
    data: (page.data as Judgment[]).map((judgment) => localizeJudgment(c, judgment)),
    has_more: page.hasMore,
  }
}

export async function showJudgment(c: GatewayContext, id: string): Promise<ShownJudgment> {
  const stored = await callTenant(c, (tenant) => tenant.getJudgment(id))
  if (stored === null) throw noSuchJudgment()
  const { question, answer, reference, turns } = stored.request
  const input = turns === undefined ? { question, answer, reference } : { turns }
  return { ...localizeJudgment(c, stored.judgment as Judgment), input }
}

/** Deletes it from the store and from the caches of this location. */
export async function deleteJudgment(c: GatewayContext, id: string): Promise<void> {
  const fingerprint = await callTenant(c, (tenant) => tenant.deleteJudgment(id))
  if (fingerprint === null) throw noSuchJudgment()
  await c.get('services').cache.delete(toCacheScope(c.get('identity')), fingerprint)
}

export function noSuchJudgment(): FailureError {
  return new FailureError({ code: 'not_found', ...reason('no_judgment'), source: 'gateway' })
}
