/** Why work of a tenant stands still. */
export const pauseReasons = ['tenant_suspended', 'tenant_deleted'] as const
export type PauseReason = (typeof pauseReasons)[number]

/** What work in the background is held to: the limits of tenant and key when it was begun. */
export interface WorkBounds {
  /** How much of it may run at a time. */
  concurrent: number
  /** The tenant's tokens a Korean day. */
  tokensPerDay: number
  /** The key's own limits, where it has some. */
  key: { concurrent: number; tokensPerDay: number } | null
}
