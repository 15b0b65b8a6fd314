import { hostname } from 'node:os'
import { nodeId, nodeUrl } from '../../schema/api/nodes.ts'
import { isBearerToken } from '../../schema/text/bearer-token.ts'
import { defaultCredentialFile } from '../joining/credential-file.ts'
import type { JoinOptions } from '../joining/membership.ts'
import { isLoopback } from '../server/secret.ts'
import { UsageError } from './command-line.ts'

interface Given {
  gateway: string | undefined
  join: string | undefined
  'node-id': string | undefined
  advertise: string | undefined
  connect: string | undefined
  region: string | undefined
  'credential-file': string | undefined
}

/** Reads the options of joining; null where no gateway is named. */
export function readJoinOptions(given: Given, listens: { host: string; port: number }): JoinOptions | null {
  const { gateway, advertise } = given
  if (gateway === undefined) {
    const alone = (['join', 'node-id', 'advertise', 'connect', 'region', 'credential-file'] as const).find(
      (name) => given[name] !== undefined,
    )
    if (alone !== undefined) throw new UsageError(`--${alone} needs --gateway`)
    return null
  }
  const parsed = URL.canParse(gateway) ? new URL(gateway) : null
  const isSafe =
    parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && isLoopback(parsed.hostname))
  if (parsed === null || !isSafe || parsed.pathname !== '/')
    throw new UsageError('--gateway takes https://HOST (http:// for a gateway on this machine)')
  const id = given['node-id'] ?? toNodeId(hostname())
  if (!nodeId.safeParse(id).success)
    throw new UsageError('--node-id takes lower-case letters, digits, dots and dashes')
  if (advertise !== undefined && !nodeUrl.safeParse(advertise).success)
    throw new UsageError('--advertise takes the http:// or https:// address of this node')
  if (![undefined, 'direct', 'outbound'].includes(given.connect))
    throw new UsageError('--connect takes direct or outbound')
  const isOutbound = given.connect === 'outbound'
  if (isOutbound && advertise !== undefined)
    throw new UsageError('--connect outbound excludes --advertise: the gateway calls no address')
  const isAnyAddress = ['0.0.0.0', '::', '[::]'].includes(listens.host)
  if (!isOutbound && advertise === undefined && isAnyAddress)
    throw new UsageError(`--advertise must name this node's address, because it listens on ${listens.host}`)
  const token = given.join ?? (process.env.KEVAL_JOIN_TOKEN || null)
  if (token !== null) requireBearerToken(given.join === undefined ? 'KEVAL_JOIN_TOKEN' : '--join', token)
  return {
    gateway: parsed.origin,
    token,
    id,
    url: isOutbound ? null : (advertise ?? `http://${listens.host}:${listens.port}`),
    region: given.region ?? null,
    credentialFile: given['credential-file'] ?? defaultCredentialFile(id),
  }
}

/** Names what cannot be sent as a bearer token; the text itself is a secret. */
export function requireBearerToken(name: string, text: string): void {
  if (!isBearerToken(text))
    throw new UsageError(`${name} may have printable ASCII characters only, and no blanks around them`)
}

const toNodeId = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 63)
