/** The most tokens an answer has when its request sets no bound of its own: what a reservation has to cover. */
export const maxAnswerTokens = 4_096

/** The limits of one subject: a tenant, or one of its keys. */
export interface Rates {
  requestsPerMinute: number
  concurrent: number
  /** Prompt and completion tokens a Korean day. */
  tokensPerDay: number
}

/** The limits a request is held to: those of its tenant, and those of its key where it has some. */
export interface AppliedLimits {
  tenant: Rates
  key: Rates | null
}

/** The limits after a request, for the headers: those of the tenant or of the key, whichever has less left. */
export interface LimitReport {
  requests: LimitState
  tokens: LimitState
}

export interface LimitState {
  limit: number
  remaining: number
  resetMs: number
}

/** The current use of a subject's limits; reading it counts as no request. */
export interface LimitUsage {
  rates: Rates
  requestsRemaining: number
  requestsResetMs: number
  running: number
  tokensUsed: number
  tokensReserved: number
  dayEndsInMs: number
}
