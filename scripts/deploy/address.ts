import { StartProblem } from '../local/problem.ts'
import { type CloudflareApi, CloudflareRefusal } from './cloudflare-api.ts'

/** The public address of an environment. */
export interface Address {
  kind: 'workers.dev' | 'custom domain'
  url: string
  host: string
  /** False where the login may not read the account's zones. */
  isConfirmed: boolean
}

const workersDev = '.workers.dev'

interface Parts {
  api: CloudflareApi
  accountId: string
  worker: string
  /** PUBLIC_URL of the settings. */
  publicUrl: string | undefined
}

/** The address in the settings, which must belong to the account, or the one that Cloudflare gives every Worker. */
export async function resolveAddress({ api, accountId, worker, publicUrl }: Parts): Promise<Address> {
  const host = publicUrl === undefined ? null : new URL(publicUrl).hostname
  if (publicUrl !== undefined && !publicUrl.startsWith('https://'))
    throw new StartProblem('public_url: must begin with https:// for a Worker.')
  if (host !== null && !host.endsWith(workersDev)) {
    const isConfirmed = await hasZone(api, accountId, host)
    return { kind: 'custom domain', url: `https://${host}`, host, isConfirmed }
  }
  const subdomain = await api.find<{ subdomain: string }>(`/accounts/${accountId}/workers/subdomain`, {
    permission: 'Workers Scripts: Edit',
  })
  if (subdomain === null)
    throw new StartProblem(
      'The account has no workers.dev subdomain yet: open Workers & Pages in the dashboard once to choose it, or set public_url to a domain of the account.',
    )
  const own = `${worker}.${subdomain.subdomain}${workersDev}`
  if (host !== null && host !== own)
    throw new StartProblem(`public_url: the Worker is reached at https://${own} in this account.`)
  return { kind: 'workers.dev', url: `https://${own}`, host: own, isConfirmed: true }
}

/** Returns whether a zone of the account holds the host; false where that cannot be read. */
async function hasZone(api: CloudflareApi, accountId: string, host: string): Promise<boolean> {
  const labels = host.split('.')
  const candidates = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'))
  try {
    for (const name of candidates) {
      const query = { 'account.id': accountId, name }
      const zones = await api.list<{ name: string }>('/zones', { query, permission: 'Zone: Read' })
      if (zones.some((zone) => zone.name === name)) return true
    }
  } catch (error) {
    if (error instanceof CloudflareRefusal && error.status === 403) return false
    throw error
  }
  throw new StartProblem(
    `public_url: no zone of the account holds ${host}. Add the domain to Cloudflare, or leave public_url out for an address on workers.dev.`,
  )
}
