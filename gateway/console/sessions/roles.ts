/** Roles with a session. Each has its own cookie: a browser can be tenant and operator at once. */
export const roles = ['tenant', 'operator', 'applicant'] as const
export type Role = (typeof roles)[number]

export interface Session {
  role: Role
  id: string
  /**
   * An API key, the admin secret or a status token, never shown; null for an operator whom Cloudflare Access has
   * signed in: its token comes anew with every request.
   */
  credential: string | null
  /** Text that may be shown: the start of a key, an application's id, the name an operator gave. */
  label: string
  csrf: string
  /** Both in milliseconds since 1970. */
  startedAt: number
  expiresAt: number
}
