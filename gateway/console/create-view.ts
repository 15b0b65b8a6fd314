import { getCookie, setCookie } from 'hono/cookie'
import type { Language } from '../../schema/api/application.ts'
import { preferredLanguage } from '../../schema/messages/language.ts'
import { assetFolder } from './assets.ts'
import type { Role, Session } from './sessions/roles.ts'
import { readSession } from './sessions/session.ts'
import { getTexts } from './texts/texts.ts'
import type { ConsoleContext, View } from './view.ts'

/** Collects the facts about a request that every page needs. */
export async function createView(c: ConsoleContext): Promise<View> {
  const [tenant, operator, applicant] = await Promise.all(
    (['tenant', 'operator', 'applicant'] as const).map((role) => readSession(c, role)),
  )
  const found = { tenant, operator, applicant }
  const valid = (session: Session | 'ended' | null | undefined) =>
    typeof session === 'object' ? session : null
  const language = pageLanguage(c)
  const theme = getCookie(c, 'theme')
  return {
    language,
    t: getTexts(language),
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    path: c.req.path,
    otherLanguage: `?${queryIn(c, language === 'ko' ? 'en' : 'ko')}`,
    assets: await assetFolder(),
    contact: toAddress(c.env.CONTACT_EMAIL),
    sessions: { tenant: valid(tenant), operator: valid(operator), applicant: valid(applicant) },
    ended: (Object.keys(found) as Role[]).find((role) => found[role] === 'ended') ?? null,
  }
}

/** The address of a setting that may name its owner: `keval <keval@example.org>`. */
const toAddress = (given: string | undefined) => (given ? (/<([^>]+)>/.exec(given)?.[1] ?? given) : null)

function queryIn(c: ConsoleContext, language: Language): string {
  const query = new URL(c.req.url).searchParams
  query.set('lang', language)
  return query.toString()
}

/** `?lang=` decides and is remembered; else what was remembered; else what the browser prefers; else Korean. */
function pageLanguage(c: ConsoleContext): Language {
  const asked = c.req.query('lang')
  if (asked === 'ko' || asked === 'en') {
    setCookie(c, 'lang', asked, { path: '/', sameSite: 'Lax', maxAge: 365 * 86_400, secure: true })
    return asked
  }
  const remembered = getCookie(c, 'lang')
  if (remembered === 'ko' || remembered === 'en') return remembered
  return preferredLanguage(c.req.header('accept-language')) ?? 'ko'
}
