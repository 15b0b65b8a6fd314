import { StartProblem } from '../local/problem.ts'
import { type CloudflareApi, CloudflareRefusal } from './cloudflare-api.ts'

const why =
  'Workers Free ends a request after 10 ms of processor time and 50 database queries, has 10,000 queue operations a day (about 3,300 chunks of evaluations) and sends no mail'

interface Subscription {
  state?: string
  rate_plan?: { id?: string; is_contract?: boolean }
}

export type PlanStatus = 'paid' | 'free' | 'unknown'

/**
 * Returns whether the account has Workers Paid, which is read from its subscriptions; a login without the permission to read
 * them leaves it unknown.
 */
export async function checkPaidPlan(
  api: CloudflareApi,
  accountId: string,
  chosen: 'paid' | 'free',
): Promise<{ status: PlanStatus; note: string }> {
  if (chosen === 'free') return { status: 'free', note: `plan = "free": ${why}.` }
  let subscriptions: Subscription[]
  try {
    subscriptions = await api.list<Subscription>(`/accounts/${accountId}/subscriptions`, {
      permission: 'Billing: Read',
    })
  } catch (error) {
    if (error instanceof CloudflareRefusal && (error.status === 403 || error.status === 401))
      return {
        status: 'unknown',
        note: `The login may not read subscriptions. See in the dashboard that the account has Workers Paid: ${why}.`,
      }
    throw error
  }
  const isPaid = subscriptions.some(
    ({ rate_plan: plan, state }) =>
      (plan?.id === 'workers_paid' || plan?.is_contract === true) &&
      !['Cancelled', 'Failed', 'Expired'].includes(state ?? 'Paid'),
  )
  if (isPaid) return { status: 'paid', note: '' }
  throw new StartProblem(
    `The account has no Workers Paid plan: ${why}. Subscribe in the dashboard (Workers & Pages, Plans), or set plan = "free" under [cloudflare] to deploy all the same.`,
  )
}
