/** The most tokens an answer has when its request sets no bound of its own: what a reservation has to cover. */
export const maxAnswerTokens = 4_096

/** What one subject, a tenant or one of its keys, may use. */
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

/** Where the request stands after it, for the headers: of tenant and key the one with less left. */
export interface LimitReport {
  requests: LimitState
  tokens: LimitState
}

export interface LimitState {
  limit: number
  remaining: number
  resetMs: number
}

/** How much of a subject's limits is in use, without asking for anything. */
export interface LimitUsage {
  rates: Rates
  requestsRemaining: number
  requestsResetMs: number
  running: number
  tokensUsed: number
  tokensReserved: number
  dayEndsInMs: number
}
