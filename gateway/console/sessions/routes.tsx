import { Hono } from 'hono'
import { isApiKey, keyStart } from '../../auth/api-key.ts'
import { logUnexpected } from '../../platform/unexpected.ts'
import type { PublicApi } from '../api.ts'
import { SignInPage } from '../pages/sign-in/sign-in-page.tsx'
import { show, showRefused } from '../render.tsx'
import type { ConsoleContext, ConsoleEnv } from '../view.ts'
import { checkCredential } from './check-credential.ts'
import { type Role, roles } from './roles.ts'
import { isSameOrigin, knowsToken } from './same-origin.ts'
import { deleteSessionCookie, startSession } from './session.ts'

/** Signing in with a key or the admin secret, and out again. */
export function sessionRoutes(api: PublicApi) {
  const routes = new Hono<ConsoleEnv>()

  for (const role of ['tenant', 'operator'] as const) {
    const path = role === 'tenant' ? '/sign-in' : '/operator/sign-in'
    routes.get(path, (c) => {
      const next = ownPath(c.req.query('next'), role)
      return show(c, <SignInPage view={c.get('view')} role={role} next={next} notice={noticeFor(c)} />)
    })
    routes.post(path, async (c) => {
      const view = c.get('view')
      if (!isSameOrigin(c)) return showRefused(c)
      const form = await c.req.parseBody()
      const credential = String(form.credential ?? '').trim()
      const next = ownPath(String(form.next ?? ''), role)
      const name = role === 'operator' ? String(form.name ?? '').trim() : ''
      const problem = await checkCredential(api, c, role, credential, name)
      if (problem !== null) {
        const page = <SignInPage view={view} role={role} next={next} name={name} problem={problem} />
        return show(c, page, 401)
      }
      await startSession(c, role, credential, isApiKey(credential) ? keyStart(credential) : name)
      return c.redirect(next, 303)
    })
  }

  routes.post('/sign-out', async (c) => {
    const form = await c.req.parseBody()
    const role = roles.find((one) => one === form.role)
    const session = role === undefined ? null : c.get('view').sessions[role]
    if (role === undefined) return showRefused(c)
    if (session !== null && (!isSameOrigin(c) || !(await knowsToken(session, form.csrf))))
      return showRefused(c)
    // signing out ends the sessions of all roles: nobody expects to stay signed in as another one
    const isEnded = await endSessions(c)
    for (const one of roles) deleteSessionCookie(c, one)
    const page = role === 'operator' ? '/operator/sign-in' : '/sign-in'
    return c.redirect(`${page}?signed-out${isEnded ? '' : '=here'}`, 303)
  })

  return routes
}

/** Ends every session of the request; false where the storage does not answer. */
async function endSessions(c: ConsoleContext): Promise<boolean> {
  const { sessions } = c.get('view')
  try {
    await c.get('services').consoleSessions.end(Object.values(sessions).filter((one) => one !== null))
    return true
  } catch (error) {
    logUnexpected(error, { work: 'sign-out' })
    return false
  }
}

function noticeFor(c: ConsoleContext): string | undefined {
  const { t, ended } = c.get('view')
  const signedOut = c.req.query('signed-out')
  if (signedOut !== undefined) return signedOut === 'here' ? t.signIn.signedOutHere : t.signIn.signedOut
  if (ended !== null) return t.common.sessionEnded
  return c.req.query('next') === undefined ? undefined : t.signIn.needed
}

/** Only paths of this console, as a browser would read them; anything else leads to the role's first page. */
function ownPath(next: string | undefined, role: Role): string {
  const first = role === 'operator' ? '/operator' : '/judge'
  const here = 'https://console.invalid'
  if (next === undefined || !next.startsWith('/') || !URL.canParse(next, here)) return first
  const { origin, pathname, search } = new URL(next, here)
  // `/.//elsewhere` is a path here, but its normal form leads elsewhere
  return origin === here && !pathname.startsWith('//') ? pathname + search : first
}
