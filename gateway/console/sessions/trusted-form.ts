import { createMiddleware } from 'hono/factory'
import { showRefused } from '../render.tsx'
import type { ConsoleEnv } from '../view.ts'
import type { Role } from './roles.ts'
import { isSameOrigin, knowsToken } from './same-origin.ts'

/** Lets a form through that was sent from one of the session's own pages; reading is always let through. */
export const trustedForm = (role: Role) =>
  createMiddleware<ConsoleEnv>(async (c, next) => {
    if (c.req.method === 'GET') return next()
    const session = c.get('view').sessions[role]
    if (session === null || !isSameOrigin(c)) return showRefused(c)
    const form = await c.req.parseBody({ all: true })
    if (!(await knowsToken(session, form.csrf))) return showRefused(c)
    return next()
  })
