import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { operatorNameHeader } from '../../http/require-operator.ts'
import { platformRandom, randomBase62 } from '../../platform/base62.ts'
import type { ConsoleContext } from '../view.ts'
import type { Role, Session } from './roles.ts'
import { seal, unseal } from './sealing.ts'

const hour = 3600
const lifetimes: Record<Role, number> = { tenant: 12 * hour, operator: 2 * hour, applicant: 2 * hour }

export async function startSession(
  c: ConsoleContext,
  role: Role,
  credential: string | null,
  label: string,
): Promise<Session> {
  const seconds = lifetimes[role]
  const startedAt = Date.now()
  const content = {
    id: randomBase62(22, platformRandom),
    credential,
    label,
    csrf: randomBase62(32, platformRandom),
    startedAt,
    expiresAt: startedAt + seconds * 1000,
  }
  setCookie(c, cookieName(role), await seal(masterSecret(c), role, JSON.stringify(content)), {
    prefix: 'host',
    httpOnly: true,
    sameSite: 'Strict',
    maxAge: seconds,
  })
  return { role, ...content }
}

export function deleteSessionCookie(c: ConsoleContext, role: Role) {
  deleteCookie(c, cookieName(role), { prefix: 'host' })
}

/** The session of a role, `ended` when it has expired or was ended, null without a valid one. */
export async function readSession(c: ConsoleContext, role: Role): Promise<Session | 'ended' | null> {
  const cookie = getCookie(c, cookieName(role), 'host')
  if (cookie === undefined) return null
  const content = await unseal(masterSecret(c), role, cookie)
  if (content === null) return null
  const session = { role, ...(JSON.parse(content) as Omit<Session, 'role'>) }
  if (session.expiresAt <= Date.now()) return 'ended'
  return (await c.get('services').consoleSessions.isOpen(session)) ? session : 'ended'
}

/** The headers by which the API knows who asks. */
export function credentialHeaders(c: ConsoleContext, session: Session): Record<string, string> {
  const { role, credential, label } = session
  if (credential !== null) {
    const isNamed = role === 'operator' && label !== ''
    return {
      authorization: `Bearer ${credential}`,
      ...(isNamed && { [operatorNameHeader]: encodeURIComponent(label) }),
    }
  }
  const token = c.req.header(accessHeader)
  return token === undefined ? {} : { [accessHeader]: token }
}

export const accessHeader = 'cf-access-jwt-assertion'

const cookieName = (role: Role) => `keval-${role}`

export function masterSecret(c: ConsoleContext): string {
  if (!c.env.MASTER_SECRET) throw new Error('MASTER_SECRET is not set.')
  return c.env.MASTER_SECRET
}
