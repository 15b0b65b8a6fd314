import { StartProblem } from '../local/problem.ts'
import type { RunWrangler } from '../wrangler.ts'
import type { AuthorizationHeaders, CloudflareApi } from './cloudflare-api.ts'

export interface Account {
  id: string
  name: string
}

const howToLogIn =
  'Run npx wrangler login, or set CLOUDFLARE_API_TOKEN to a token with the permissions in docs/DEPLOY.md.'

/** The credentials that wrangler uses: one login serves both, and wrangler renews it. They are never printed. */
export async function readLogin(run: RunWrangler): Promise<AuthorizationHeaders> {
  const { code, stdout } = await run(['auth', 'token', '--json'])
  const login = code === 0 ? parseLogin(stdout) : null
  if (login === null) throw new StartProblem(`There is no login to Cloudflare. ${howToLogIn}`)
  return login
}

function parseLogin(stdout: string): AuthorizationHeaders | null {
  try {
    const { token, key, email } = JSON.parse(stdout) as { token?: string; key?: string; email?: string }
    if (token) return { authorization: `Bearer ${token}` }
    if (key && email) return { 'x-auth-key': key, 'x-auth-email': email }
    return null
  } catch {
    return null
  }
}

/** The account that is asked for, or the login's only one. */
export async function chooseAccount(api: CloudflareApi, wanted: string | undefined): Promise<Account> {
  const accounts = await api.list<Account>('/accounts', { permission: 'Account Settings: Read' })
  const list = accounts.map(({ id, name }) => `${id} (${name})`).join(', ')
  if (accounts.length === 0) throw new StartProblem(`The login reaches no account. ${howToLogIn}`)
  if (wanted === undefined) {
    if (accounts.length > 1)
      throw new StartProblem(
        `The login reaches ${accounts.length} accounts: set account_id under [cloudflare] or CLOUDFLARE_ACCOUNT_ID to one of ${list}.`,
      )
    return accounts[0]!
  }
  const account = accounts.find(({ id }) => id === wanted)
  if (account === undefined)
    throw new StartProblem(`The login does not reach the account ${wanted}, but ${list}.`)
  return account
}
