import { type Failure, reason } from '../../schema/api/errors.ts'
import { koreanDay, untilNextKoreanDay } from '../platform/korean-day.ts'
import { clampArrival, decideRate, rateState } from './gcra.ts'
import { type Check, refused, type Subject, toReport } from './limit-report.ts'
import type { AppliedLimits, LimitReport, LimitUsage, Rates } from './limits.ts'

/** The state that survives a restart: tokens used, and the arrival times of the request rates. */
export interface LimitMemory {
  tokensUsed(day: string, keyId: string | null): number
  getArrival(subject: string): number
  saveArrival(subject: string, arrival: number): void
}

/** Tokens and a slot reserved for a run, until it is settled or expires. */
export interface Reservation {
  readonly keyId: string
  readonly day: string
  readonly tokens: number
  expiresAt: number
}

export type Admitted =
  | { reservation: Reservation; report: LimitReport }
  | { failure: Failure; report: LimitReport }

const tenantSubject = 'tenant'

/**
 * Enforces the exact limits of one tenant. Each request is decided in one synchronous step in the tenant's object,
 * so that no other request interleaves. A run is reserved and later settled; an unsettled reservation expires.
 */
export class Admission {
  readonly #memory: LimitMemory
  readonly #subjects = new Map<string, Subject>()
  readonly #live = new Set<Reservation>()
  readonly #maxRunMs: number
  #refusals = 0

  constructor(memory: LimitMemory, maxRunMs: number) {
    this.#memory = memory
    this.#maxRunMs = maxRunMs
  }

  /** Admits a run that may use so many tokens, or returns the limit it meets and when to retry. */
  admit(keyId: string, tokens: number, limits: AppliedLimits, now: number): Admitted {
    this.#expire(now)
    const day = koreanDay(now)
    const checks = [
      this.#check(tenantSubject, 'tenant', limits.tenant, tokens, day, now),
      ...(limits.key === null ? [] : [this.#check(keyId, 'key', limits.key, tokens, day, now)]),
    ]
    const failure = checks.find((check) => check.failure !== null)?.failure ?? null
    if (failure !== null) return { failure, report: toReport(checks, 0, now) }

    const reservation = { keyId, day, tokens, expiresAt: now + this.#maxRunMs }
    for (const { subject, rate } of checks) subject.arrival = rate.arrival
    for (const name of [tenantSubject, keyId]) {
      const subject = this.#subject(name, day)
      subject.running += 1
      subject.reserved += tokens
    }
    this.#live.add(reservation)
    return { reservation, report: toReport(checks, tokens, now) }
  }

  /** Ends a run: releases its reservation and counts the tokens it used. */
  settle(reservation: Reservation, tokensUsed: number, now: number): void {
    this.#release(reservation)
    for (const name of [tenantSubject, reservation.keyId]) {
      const subject = this.#subjects.get(name)
      if (subject?.day === reservation.day) subject.used += tokensUsed
      // a past arrival decides like none
      if (subject !== undefined && subject.arrival > now) this.#memory.saveArrival(name, subject.arrival)
    }
  }

  /** Counts the tokens of a run without limits. */
  add(keyId: string, tokensUsed: number, now: number): void {
    for (const name of [tenantSubject, keyId]) {
      const subject = this.#subjects.get(name)
      if (subject?.day === koreanDay(now)) subject.used += tokensUsed
    }
  }

  /** Returns how much of the limits is in use. */
  limitUsage(
    keyId: string,
    limits: AppliedLimits,
    now: number,
  ): { tenant: LimitUsage; key: LimitUsage | null } {
    this.#expire(now)
    const use = (name: string, rates: Rates): LimitUsage => {
      const { arrival, running, used, reserved } = this.#subject(name, koreanDay(now))
      const { remaining, resetMs } = rateState(arrival, now, rates.requestsPerMinute)
      return {
        rates,
        requestsRemaining: remaining,
        requestsResetMs: resetMs,
        running,
        tokensUsed: used,
        tokensReserved: reserved,
        dayEndsInMs: untilNextKoreanDay(now),
      }
    }
    return {
      tenant: use(tenantSubject, limits.tenant),
      key: limits.key === null ? null : use(keyId, limits.key),
    }
  }

  tokensUsedToday(now: number): number {
    return this.#subject(tenantSubject, koreanDay(now)).used
  }

  #release(reservation: Reservation): void {
    if (!this.#live.delete(reservation)) return
    for (const name of [tenantSubject, reservation.keyId]) {
      const subject = this.#subjects.get(name)
      if (subject === undefined) continue
      subject.running -= 1
      if (subject.day === reservation.day) subject.reserved -= reservation.tokens
    }
  }

  #expire(now: number): void {
    for (const reservation of this.#live) {
      // no run ends later than this, unless the clock was set back
      reservation.expiresAt = Math.min(reservation.expiresAt, now + this.#maxRunMs)
      if (reservation.expiresAt <= now) this.#release(reservation)
    }
  }

  #subject(name: string, day: string): Subject {
    let subject = this.#subjects.get(name)
    if (subject === undefined) {
      subject = { arrival: this.#memory.getArrival(name), running: 0, day: '', used: 0, reserved: 0 }
      this.#subjects.set(name, subject)
    }
    if (subject.day !== day) {
      subject.day = day
      subject.used = this.#memory.tokensUsed(day, name === tenantSubject ? null : name)
      subject.reserved = this.#reservedOn(day, name)
    }
    return subject
  }

  #reservedOn(day: string, name: string): number {
    let tokens = 0
    for (const reservation of this.#live) {
      const isOfSubject = name === tenantSubject || reservation.keyId === name
      if (isOfSubject && reservation.day === day) tokens += reservation.tokens
    }
    return tokens
  }

  /** Callers refused together get different delays, in steps of `stepMs`, so that they do not return together. */
  #spreadMs(stepMs: number): number {
    const steps = this.#refusals % 8
    this.#refusals += 1
    return stepMs * steps
  }

  #check(name: string, who: 'tenant' | 'key', rates: Rates, tokens: number, day: string, now: number): Check {
    const subject = this.#subject(name, day)
    subject.arrival = clampArrival(subject.arrival, now, rates.requestsPerMinute)
    const rate = decideRate(subject.arrival, now, rates.requestsPerMinute)
    const tokensLeft = rates.tokensPerDay - subject.used - subject.reserved
    let failure: Failure | null = null
    if (subject.running >= rates.concurrent) {
      failure = refused(
        'rate_limited',
        reason(`${who}_concurrency`, { limit: rates.concurrent }),
        1_000 + this.#spreadMs(500),
      )
    } else if (tokens > tokensLeft) {
      const counts = { left: Math.max(0, tokensLeft), limit: rates.tokensPerDay, needed: tokens }
      failure = refused('quota_exceeded', reason(`${who}_quota`, counts), untilNextKoreanDay(now))
    } else if (!rate.allowed) {
      const why = reason(`${who}_rate`, { limit: rates.requestsPerMinute })
      const step = Math.min(1_000, 60_000 / rates.requestsPerMinute)
      failure = refused('rate_limited', why, rate.retryAfterMs + this.#spreadMs(step))
    }
    return { subject, rates, rate, tokensLeft, failure }
  }
}
