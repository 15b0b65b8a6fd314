import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Language } from '../../schema/api/application.ts'
import type { GatewayEnv } from '../http/context.ts'
import { assetFolder } from './assets.ts'
import { type Role, readSession, type Session } from './sessions/session.ts'
import { type Texts, textsOf } from './texts/texts.ts'

/** What every page needs to know about the request. */
export interface View {
  language: Language
  t: Texts
  theme: 'light' | 'dark' | null
  /** The page's own path, without the query. */
  path: string
  /** This page in the other language, its query kept. */
  otherLanguage: string
  assets: string
  sessions: Record<Role, Session | null>
  /** A role whose session ran out, so that the page can say so. */
  expired: Role | null
}

export interface ConsoleEnv extends GatewayEnv {
  Variables: GatewayEnv['Variables'] & { view: View; challenge?: boolean }
}
export type ConsoleContext = Context<ConsoleEnv>

export async function viewOf(c: ConsoleContext): Promise<View> {
  const [tenant, operator, applicant] = await Promise.all(
    (['tenant', 'operator', 'applicant'] as const).map((role) => readSession(c, role)),
  )
  const found = { tenant, operator, applicant }
  const valid = (session: Session | 'expired' | null | undefined) =>
    typeof session === 'object' ? session : null
  const language = languageOf(c)
  const theme = getCookie(c, 'theme')
  return {
    language,
    t: textsOf(language),
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    path: c.req.path,
    otherLanguage: `?${queryIn(c, language === 'ko' ? 'en' : 'ko')}`,
    assets: await assetFolder(),
    sessions: { tenant: valid(tenant), operator: valid(operator), applicant: valid(applicant) },
    expired: (Object.keys(found) as Role[]).find((role) => found[role] === 'expired') ?? null,
  }
}

function queryIn(c: ConsoleContext, language: Language): string {
  const query = new URL(c.req.url).searchParams
  query.set('lang', language)
  return query.toString()
}

/** `?lang=` decides and is remembered; else what was remembered; else what the browser prefers; else Korean. */
function languageOf(c: ConsoleContext): Language {
  const asked = c.req.query('lang')
  if (asked === 'ko' || asked === 'en') {
    setCookie(c, 'lang', asked, { path: '/', sameSite: 'Lax', maxAge: 365 * 86_400, secure: true })
    return asked
  }
  const remembered = getCookie(c, 'lang')
  if (remembered === 'ko' || remembered === 'en') return remembered
  const preferred = (c.req.header('accept-language') ?? '')
    .split(',')
    .map((part) => part.trim().slice(0, 2).toLowerCase())
  return preferred.find((tag): tag is Language => tag === 'ko' || tag === 'en') ?? 'ko'
}
