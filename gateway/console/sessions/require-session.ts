import { createMiddleware } from 'hono/factory'
import type { ConsoleEnv } from '../view.ts'
import type { Role } from './roles.ts'

/** Redirects visitors without a session to the sign-in page, and from there back to the requested page. */
export const requireSession = (role: Role) =>
  createMiddleware<ConsoleEnv>(async (c, next) => {
    if (c.get('view').sessions[role] !== null) return next()
    const target = c.req.method === 'GET' ? c.req.path + new URL(c.req.url).search : ''
    const page = role === 'operator' ? '/operator/sign-in' : role === 'tenant' ? '/sign-in' : '/status'
    return c.redirect(`${page}?next=${encodeURIComponent(target)}`, 303)
  })
