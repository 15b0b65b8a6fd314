import { ConsoleApi, type PublicApi } from './api.ts'
import type { Role } from './sessions/roles.ts'
import type { ConsoleContext } from './view.ts'

/** A page of a list, as the API answers it. */
export interface List<T> {
  data: T[]
  has_more: boolean
}

/** The API on behalf of the account signed in with this role. */
export const sessionApi = (api: PublicApi, role: Role) => (c: ConsoleContext) =>
  new ConsoleApi(api, c, c.get('view').sessions[role])

/** The path of one resource; its id is escaped. */
export const toPath = (collection: string, id: string | undefined) =>
  `${collection}/${encodeURIComponent(id ?? '')}`
