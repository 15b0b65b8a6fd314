import { FailureError, reason } from '../../schema/api/errors.ts'
import { nodeUrl } from '../../schema/api/nodes.ts'

/** The protocol of a node: `keval` with our extensions, `openai` without, `auto` by what it reports. */
export const adapterKinds = ['auto', 'keval', 'openai'] as const
export type AdapterKind = (typeof adapterKinds)[number]

/** A machine that serves keval models behind OpenAI's protocol. */
export interface NodeRecord {
  /** Stable name for provenance, logs and metrics. */
  id: string
  /** Base URL without a trailing slash and without `/v1`; null for a node that opens a connection to the gateway. */
  url: string | null
  secret: string | null
  adapter: AdapterKind
  /** Its share of the work among the nodes of the same model. */
  weight: number
  region: string | null
  /** The only models it is asked for; null means all that it serves. */
  models: readonly string[] | null
  /** A draining node gets no new work and finishes what it has. */
  draining: boolean
}

/** The base URL as it is kept: no trailing slash, no `/v1`. */
export const baseUrl = (url: string) => url.trim().replace(/\/+$/, '').replace(/\/v1$/, '')

/**
 * The nodes named in the configuration, in the order given.
 *
 * @throws FailureError `not_configured` for an address that is none, without repeating it: it may hold a password
 */
export function configuredNodes(env: { NODES: string; NODE_SECRET?: string }): NodeRecord[] {
  return env.NODES.split(',')
    .map(baseUrl)
    .filter((url) => url !== '')
    .map((url, index) => ({
      id: new URL(checkedUrl(url, index)).host,
      url,
      secret: env.NODE_SECRET ?? null,
      adapter: 'auto',
      weight: 1,
      region: null,
      models: null,
      draining: false,
    }))
}

function checkedUrl(url: string, index: number): string {
  const parsed = nodeUrl.safeParse(url)
  if (parsed.success) return url
  const why = reason('node_address', { number: index + 1 })
  throw new FailureError({ code: 'not_configured', ...why, source: 'gateway' })
}
