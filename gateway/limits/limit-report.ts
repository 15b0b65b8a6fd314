import type { Failure } from '../../schema/api/errors.ts'
import { untilNextKoreanDay } from '../platform/korean-day.ts'
import type { RateDecision } from './gcra.ts'
import type { LimitReport, LimitState, Rates } from './limits.ts'

/** The state of one subject of the limits: the tenant, or one of its keys. */
export interface Subject {
  arrival: number
  running: number
  day: string
  used: number
  reserved: number
}

/** The decision about one subject; `failure` is null when the run is admitted. */
export interface Check {
  subject: Subject
  rates: Rates
  rate: RateDecision
  tokensLeft: number
  failure: Failure | null
}

/** The failure of a run that meets a limit. */
export function refused(
  code: 'rate_limited' | 'quota_exceeded',
  why: Pick<Failure, 'reason' | 'params'>,
  afterMs: number,
): Failure {
  return { code, ...why, source: 'gateway', retryAfter: Math.max(1, Math.ceil(afterMs / 1000)) }
}

/** The limits after a request, for its headers. */
export function toReport(checks: Check[], taken: number, now: number): LimitReport {
  const requests = checks.map(({ rates, rate }): LimitState => {
    return { limit: rates.requestsPerMinute, remaining: rate.remaining, resetMs: rate.resetMs }
  })
  const tokens = checks.map(({ rates, tokensLeft }): LimitState => {
    const remaining = Math.max(0, tokensLeft - taken)
    return { limit: rates.tokensPerDay, remaining, resetMs: untilNextKoreanDay(now) }
  })
  return { requests: scarcest(requests), tokens: scarcest(tokens) }
}

const scarcest = (states: LimitState[]) =>
  states.reduce((least, state) => (state.remaining < least.remaining ? state : least))
