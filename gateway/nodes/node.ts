import type { Env } from '../env.ts'

/** A machine that serves keval models behind OpenAI's protocol. */
export interface NodeRecord {
  /** Stable name for provenance, logs and metrics. */
  id: string
  /** Base URL without a trailing slash and without `/v1`. */
  url: string
  secret: string | null
}

/** The nodes named in the configuration, in the order given. */
export function configuredNodes(env: Pick<Env, 'NODES' | 'NODE_SECRET'>): NodeRecord[] {
  return env.NODES.split(',')
    .map((url) => url.trim().replace(/\/+$/, '').replace(/\/v1$/, ''))
    .filter((url) => url !== '')
    .map((url) => ({ id: new URL(url).host, url, secret: env.NODE_SECRET ?? null }))
}
