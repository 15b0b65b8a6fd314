import { ConsoleApi, type PublicApi } from '../api.ts'
import type { ConsoleContext } from '../view.ts'
import type { Role } from './roles.ts'

/** Asks the API itself whether a credential is good; a key that lacks one scope is still a good key. */
export async function checkCredential(
  api: PublicApi,
  c: ConsoleContext,
  role: Role,
  credential: string | null,
  label = '',
) {
  const session = { role, id: '', credential, label, csrf: '', startedAt: 0, expiresAt: 0 }
  const probe = role === 'operator' ? '/admin/v1/plans' : '/v1/models'
  const outcome = await new ConsoleApi(api, c, session).get(probe)
  if ('data' in outcome || outcome.problem.code === 'insufficient_scope') return null
  return outcome.problem
}
