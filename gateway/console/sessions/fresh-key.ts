import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { z } from 'zod'
import type { createdKey } from '../../../schema/api/keys.ts'
import type { ConsoleContext } from '../view.ts'
import type { Role } from './roles.ts'
import { seal, unseal } from './sealing.ts'
import { masterSecret } from './session.ts'

export type FreshKey = Pick<z.infer<typeof createdKey>, 'id' | 'name' | 'key'>

const seconds = 600

/**
 * Keeps a key that was just made for the page that shows it, sealed like a session: the form's answer is a redirect,
 * so that reloading makes no second key, and the page may be read again in the other language.
 */
export async function keepFreshKey(
  c: ConsoleContext,
  role: Role,
  { id, name, key }: FreshKey,
): Promise<void> {
  const csrf = c.get('view').sessions[role]?.csrf
  const content = JSON.stringify({ csrf, id, name, key, until: Date.now() + seconds * 1000 })
  setCookie(c, cookieName(role), await seal(masterSecret(c), cookieName(role), content), {
    prefix: 'host',
    httpOnly: true,
    sameSite: 'Strict',
    maxAge: seconds,
  })
}

/** The key that `?new=<id>` asks for; on any other page it is forgotten. */
export async function readFreshKey(c: ConsoleContext, role: Role): Promise<FreshKey | null> {
  const cookie = getCookie(c, cookieName(role), 'host')
  if (cookie === undefined) return null
  const content = await unseal(masterSecret(c), cookieName(role), cookie)
  const { csrf, until, ...fresh } = JSON.parse(content ?? '{}') as Partial<
    FreshKey & { csrf: string; until: number }
  >
  const isShown =
    fresh.id !== undefined &&
    fresh.id === c.req.query('new') &&
    csrf === c.get('view').sessions[role]?.csrf &&
    Number(until) > Date.now()
  if (isShown) return fresh as FreshKey
  deleteCookie(c, cookieName(role), { prefix: 'host' })
  return null
}

const cookieName = (role: Role) => `keval-new-key-${role}`
