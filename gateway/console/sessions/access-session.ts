import { createMiddleware } from 'hono/factory'
import type { PublicApi } from '../api.ts'
import type { ConsoleEnv } from '../view.ts'
import { checkCredential } from './check-credential.ts'
import { accessHeader, startSession } from './session.ts'

/**
 * An operator who comes through Cloudflare Access has signed in already: their session begins with the first page.
 * It begins in place, without a redirect, for after the redirect from Access's own page a strict cookie would
 * not come back.
 */
export const accessSession = (api: PublicApi) =>
  createMiddleware<ConsoleEnv>(async (c, next) => {
    const { sessions } = c.get('view')
    const offered = c.req.method === 'GET' && c.req.header(accessHeader) !== undefined
    if (!offered || sessions.operator !== null || c.req.path === '/operator/sign-in') return next()
    if ((await checkCredential(api, c, 'operator', null)) === null) {
      sessions.operator = await startSession(c, 'operator', null, '')
    }
    await next()
  })
