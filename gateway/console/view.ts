import type { Context } from 'hono'
import type { Language } from '../../schema/api/application.ts'
import type { GatewayEnv } from '../http/context.ts'
import type { Role, Session } from './sessions/roles.ts'
import type { Texts } from './texts/ko.ts'

/** The facts about a request that every page needs. */
export interface View {
  language: Language
  t: Texts
  theme: 'light' | 'dark' | null
  /** The page's own path, without the query. */
  path: string
  /** This page in the other language, its query kept. */
  otherLanguage: string
  assets: string
  /** Contact address, if the operator has set one. */
  contact: string | null
  sessions: Record<Role, Session | null>
  /** A role whose session has ended, so that the page can say so. */
  ended: Role | null
}

export interface ConsoleEnv extends GatewayEnv {
  Variables: GatewayEnv['Variables'] & { view: View; challenge?: boolean }
}
export type ConsoleContext = Context<ConsoleEnv>
