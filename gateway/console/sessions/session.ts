import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { platformRandom, randomBase62 } from '../../auth/base62.ts'
import type { ConsoleContext } from '../view.ts'
import { seal, unseal } from './sealing.ts'

/** Who may be signed in, each with a cookie of its own: a browser can be tenant and operator at once. */
export const roles = ['tenant', 'operator', 'applicant'] as const
export type Role = (typeof roles)[number]

export interface Session {
  role: Role
  /** What goes into the Authorization header: an API key, the admin secret, a status token. Never shown. */
  credential: string
  /** What may be shown of it: the start of a key, an application's id. */
  label: string
  csrf: string
  /** Unix time in seconds. */
  expiresAt: number
}

const hour = 3600
const lifetimes: Record<Role, number> = { tenant: 12 * hour, operator: 2 * hour, applicant: 2 * hour }

export async function startSession(c: ConsoleContext, role: Role, credential: string, label: string) {
  const seconds = lifetimes[role]
  const expiresAt = Math.floor(Date.now() / 1000) + seconds
  const content = JSON.stringify({ credential, label, csrf: randomBase62(32, platformRandom), expiresAt })
  setCookie(c, cookieName(role), await seal(masterSecret(c), role, content), {
    prefix: 'host',
    httpOnly: true,
    sameSite: 'Strict',
    maxAge: seconds,
  })
}

export function endSession(c: ConsoleContext, role: Role) {
  deleteCookie(c, cookieName(role), { prefix: 'host' })
}

/** The session of a role, `expired` when its time is over, null when there is none worth the name. */
export async function readSession(c: ConsoleContext, role: Role): Promise<Session | 'expired' | null> {
  const cookie = getCookie(c, cookieName(role), 'host')
  if (cookie === undefined) return null
  const content = await unseal(masterSecret(c), role, cookie)
  if (content === null) return null
  const session = { role, ...(JSON.parse(content) as Omit<Session, 'role'>) }
  return session.expiresAt > Date.now() / 1000 ? session : 'expired'
}

const cookieName = (role: Role) => `keval-${role}`

function masterSecret(c: ConsoleContext): string {
  if (!c.env.MASTER_SECRET) throw new Error('MASTER_SECRET is not set.')
  return c.env.MASTER_SECRET
}
