import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseReuse } from '../../../gateway/cache/request-directives.ts'
import { Admission, type LimitMemory } from '../../../gateway/limits/admission.ts'
import { BurstLimiter, burstLimit, requestsPerQuestion } from '../../../gateway/limits/burst-limiter.ts'
import { decideRate } from '../../../gateway/limits/gcra.ts'
import { IsolateCounter } from '../../../gateway/limits/isolate-counter.ts'
import { limitHeaders } from '../../../gateway/limits/limit-headers.ts'
import { koreanDay, untilNextKoreanDay } from '../../../gateway/platform/korean-day.ts'
import wranglerSettings from '../../../wrangler.toml?raw'

const noon = Date.parse('2026-11-23T03:00:00Z')
const plenty = { requestsPerMinute: 1e6, concurrent: 1e6, tokensPerDay: 1e12 }

/** Memory like the tenant's store, as plain values. */
function memory(): LimitMemory & { used: number; arrivals: Map<string, number> } {
  const arrivals = new Map<string, number>()
  return {
    used: 0,
    arrivals,
    tokensUsed() {
      return this.used
    },
    getArrival: (subject) => arrivals.get(subject) ?? 0,
    saveArrival: (subject, arrival) => void arrivals.set(subject, arrival),
  }
}

describe('the request rate', () => {
  it('lets exactly the limit through at once, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 0, max: 2e12 }), (perMinute, now) => {
        let arrival = 0
        let allowed = 0
        for (let i = 0; i < perMinute + 50; i++) {
          const decision = decideRate(arrival, now, perMinute)
          arrival = decision.arrival
          if (!decision.allowed) continue
          allowed += 1
          expect(decision.remaining).toBe(perMinute - allowed)
        }
        expect(allowed).toBe(perMinute)
      }),
      { numRuns: 50 },
    )
  })

  it('never lets more through than the limit and what has freed itself since', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 300 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), pauses, (perMinute, steps) => {
        let [arrival, now, allowed] = [0, noon, 0]
        for (const step of steps) {
          now += step
          const decision = decideRate(arrival, now, perMinute)
          arrival = decision.arrival
          if (decision.allowed) allowed += 1
          else expect(decision.retryAfterMs).toBeGreaterThan(0)
          expect(allowed).toBeLessThanOrEqual(perMinute + ((now - noon) / 60_000) * perMinute + 1e-6)
        }
      }),
    )
  })

  it('says when the next request is allowed, and keeps its word', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (perMinute) => {
        let arrival = 0
        for (let i = 0; i < perMinute; i++) arrival = decideRate(arrival, noon, perMinute).arrival
        const { allowed, retryAfterMs } = decideRate(arrival, noon, perMinute)
        expect(allowed).toBe(false)
        expect(decideRate(arrival, noon + retryAfterMs, perMinute).allowed).toBe(true)
        expect(decideRate(arrival, noon + retryAfterMs - 1, perMinute).allowed).toBe(false)
      }),
    )
  })
})

describe('admission', () => {
  it.each([
    ['requests a minute', { ...plenty, requestsPerMinute: 100 }, 100],
    ['concurrent runs', { ...plenty, concurrent: 100 }, 100],
    ['tokens a day', { ...plenty, tokensPerDay: 4_000 }, 100],
  ])('admits exactly the cap of 500 at once: %s', (_, tenant, cap) => {
    const admission = new Admission(memory(), 60_000)
    const results = Array.from({ length: 500 }, () => admission.admit('key', 40, { tenant, key: null }, noon))
    expect(results.filter((result) => 'reservation' in result)).toHaveLength(cap)
    for (const result of results)
      if ('failure' in result) expect(result.failure.retryAfter).toBeGreaterThan(0)
  })

  it('holds a key to its own limits below those of the tenant, and no other key', () => {
    const admission = new Admission(memory(), 60_000)
    const key = { ...plenty, concurrent: 1 }
    expect(admission.admit('narrow', 1, { tenant: plenty, key }, noon)).toHaveProperty('reservation')
    expect(admission.admit('narrow', 1, { tenant: plenty, key }, noon)).toHaveProperty('failure')
    expect(admission.admit('other', 1, { tenant: plenty, key: null }, noon)).toHaveProperty('reservation')
  })

  it('charges what was used, not what was reserved, and refuses nothing it could have afforded', () => {
    const tenant = { ...plenty, tokensPerDay: 1_000 }
    const admission = new Admission(memory(), 60_000)
    for (let i = 0; i < 10; i++) {
      const admitted = admission.admit('key', 900 - i * 50, { tenant, key: null }, noon)
      if (!('reservation' in admitted)) throw new Error(admitted.failure.reason)
      admission.settle(admitted.reservation, 50, noon)
    }
    expect(admission.tokensUsedToday(noon)).toBe(500)
  })

  it('never overshoots the day, whatever order runs begin, end and are lost in', () => {
    const steps = fc.array(
      fc.record({
        tokens: fc.integer({ min: 1, max: 400 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        end: fc.nat(5),
      }),
      { maxLength: 120 },
    )
    fc.assert(
      fc.property(steps, (all) => {
        const tenant = { ...plenty, tokensPerDay: 2_000, concurrent: 7 }
        const admission = new Admission(memory(), 10_000)
        const running: { reservation: Parameters<Admission['settle']>[0]; tokens: number }[] = []
        let [used, now] = [0, noon]
        for (const { tokens, share, end } of all) {
          now += 100
          const admitted = admission.admit('key', tokens, { tenant, key: null }, now)
          if ('reservation' in admitted) running.push({ reservation: admitted.reservation, tokens })
          const live = running.filter(({ reservation }) => reservation.expiresAt > now)
          expect(live.length).toBeLessThanOrEqual(7)
          const ending = end === 0 ? running.shift() : undefined
          if (ending === undefined || ending.reservation.expiresAt <= now) continue
          used += Math.floor(ending.tokens * share)
          admission.settle(ending.reservation, Math.floor(ending.tokens * share), now)
          expect(used).toBeLessThanOrEqual(2_000)
        }
      }),
    )
  })

  it('frees what is never settled, and begins a new day in Korea', () => {
    const store = memory()
    const admission = new Admission(store, 60_000)
    const tenant = { ...plenty, concurrent: 1, tokensPerDay: 100 }
    expect(admission.admit('key', 100, { tenant, key: null }, noon)).toHaveProperty('reservation')
    expect(admission.admit('key', 100, { tenant, key: null }, noon + 59_999)).toHaveProperty('failure')
    const again = admission.admit('key', 100, { tenant, key: null }, noon + 60_000)
    if (!('reservation' in again)) throw new Error('the reservation did not expire')
    admission.settle(again.reservation, 100, noon + 60_000)
    const full = admission.admit('key', 1, { tenant, key: null }, noon + 120_000)
    expect('failure' in full && full.failure).toMatchObject({ code: 'quota_exceeded' })
    const wait = 'failure' in full ? full.failure.retryAfter! : 0
    const nextDay = noon + 120_000 + wait * 1000
    expect(koreanDay(nextDay)).not.toBe(koreanDay(noon))
    expect(admission.admit('key', 1, { tenant, key: null }, nextDay)).toHaveProperty('reservation')
  })

  it('locks nobody out when the clock is set back, not over a restart either', () => {
    const store = memory()
    const tenant = { ...plenty, requestsPerMinute: 60, concurrent: 5 }
    const hours = 2 * 3_600_000
    const before = new Admission(store, 60_000)
    for (let i = 0; i < 60; i++) {
      const admitted = before.admit('key', 1, { tenant, key: null }, noon + hours)
      if ('reservation' in admitted) before.settle(admitted.reservation, 1, noon + hours)
    }
    for (const admission of [before, new Admission(store, 60_000)]) {
      const refused = admission.admit('key', 1, { tenant, key: null }, noon)
      if (!('failure' in refused)) throw new Error('admitted')
      expect(refused.failure.retryAfter).toBe(1)
      expect(admission.admit('key', 1, { tenant, key: null }, noon + 1_000)).toHaveProperty('reservation')
      expect(admission.limitUsage('key', { tenant, key: null }, noon + 61_000).tenant.requestsRemaining).toBe(
        60,
      )
    }
  })

  it('frees slots of lost runs within the longest run, whatever the clock does', () => {
    const admission = new Admission(memory(), 60_000)
    const tenant = { ...plenty, concurrent: 1 }
    const admit = (now: number) => admission.admit('key', 1, { tenant, key: null }, now)
    expect(admit(noon + 7_200_000)).toHaveProperty('reservation')
    expect(admit(noon)).toHaveProperty('failure')
    expect(admit(noon + 60_000)).toHaveProperty('reservation')
  })

  it("counts yesterday's reservations against yesterday only", () => {
    const admission = new Admission(memory(), 3_600_000)
    const tenant = { ...plenty, tokensPerDay: 100 }
    const limits = { tenant, key: null }
    const beforeMidnight = Date.parse('2026-11-23T14:59:00Z')
    const yesterday = admission.admit('key', 90, limits, beforeMidnight)
    if (!('reservation' in yesterday)) throw new Error('refused')
    const afterMidnight = beforeMidnight + 120_000
    expect(admission.admit('key', 100, limits, afterMidnight)).toHaveProperty('reservation')
    expect(admission.admit('key', 1, limits, afterMidnight)).toHaveProperty('failure')
    // a clock that goes back over midnight finds the reservation of that day again
    expect(admission.admit('key', 20, limits, beforeMidnight)).toHaveProperty('failure')
    admission.settle(yesterday.reservation, 10, afterMidnight)
    expect(admission.limitUsage('key', limits, afterMidnight).tenant.tokensReserved).toBe(100)
  })

  it('goes on where it stood after a restart', () => {
    const store = memory()
    const tenant = { ...plenty, requestsPerMinute: 3, tokensPerDay: 100 }
    const before = new Admission(store, 60_000)
    for (let i = 0; i < 3; i++) {
      const admitted = before.admit('key', 10, { tenant, key: null }, noon)
      if ('reservation' in admitted) before.settle(admitted.reservation, 10, noon)
    }
    store.used = 30
    const after = new Admission(store, 60_000)
    expect(after.admit('key', 10, { tenant, key: null }, noon + 1)).toHaveProperty('failure')
    expect(after.tokensUsedToday(noon)).toBe(30)
  })

  it('decides after a restart as it would have without one', () => {
    const runs = fc.array(fc.record({ pause: fc.nat(3_000), lasts: fc.nat(70_000) }), {
      minLength: 1,
      maxLength: 60,
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), runs, (requestsPerMinute, all) => {
        const limits = { tenant: { ...plenty, requestsPerMinute }, key: null }
        const [store, steady] = [memory(), new Admission(memory(), 60_000)]
        let now = noon
        for (const { pause, lasts } of all) {
          now += pause
          const restarted = new Admission(store, 60_000)
          const [one, other] = [restarted, steady].map((admission) => admission.admit('key', 1, limits, now))
          expect('reservation' in one!).toBe('reservation' in other!)
          now += lasts
          if ('reservation' in one!) restarted.settle(one.reservation, 1, now)
          if ('reservation' in other!) steady.settle(other.reservation, 1, now)
        }
      }),
    )
  })

  it('tells where the caller stands', () => {
    const admission = new Admission(memory(), 60_000)
    const tenant = { requestsPerMinute: 60, concurrent: 5, tokensPerDay: 1_000 }
    const { report } = admission.admit('key', 400, { tenant, key: null }, noon)
    expect(limitHeaders(report)).toMatchObject({
      ratelimit: `"requests";r=59;t=1, "tokens";r=600;t=${untilNextKoreanDay(noon) / 1000}`,
      'ratelimit-policy': '"requests";q=60;w=60, "tokens";q=1000;w=86400',
      'x-ratelimit-remaining-tokens': '600',
    })
  })
})

describe('the Korean day', () => {
  it('changes at 15:00 UTC', () => {
    expect(koreanDay(Date.parse('2026-12-31T14:59:59Z'))).toBe('2026-12-31')
    expect(koreanDay(Date.parse('2026-12-31T15:00:00Z'))).toBe('2027-01-01')
    expect(untilNextKoreanDay(Date.parse('2026-12-31T14:59:59Z'))).toBe(1_000)
  })
})

describe('the burst limiter', () => {
  it('asks once for some requests, waits for nobody and refuses once it was told to', async () => {
    let now = noon
    const asked: string[] = []
    const deferred: Promise<unknown>[] = []
    let success = true
    const location = {
      limit: async ({ key }: { key: string }) => {
        asked.push(key)
        return { success }
      },
    }
    const limiter = new BurstLimiter(
      location,
      () => now,
      (work) => deferred.push(work),
    )
    for (let i = 0; i < requestsPerQuestion * 3; i++) expect(limiter.check('a')).toBeNull()
    expect(asked).toEqual(['a', 'a', 'a'])
    success = false
    for (let i = 0; i < requestsPerQuestion; i++) limiter.check('a')
    await Promise.all(deferred)
    expect(limiter.check('a')).toMatchObject({ code: 'rate_limited', retryAfter: 2 })
    expect(limiter.check('b')).toBeNull()
    now += 2_000
    expect(limiter.check('a')).toBeNull()
  })

  it('lets everything through when the location does not answer', async () => {
    const deferred: Promise<unknown>[] = []
    const broken = { limit: () => Promise.reject(new Error('down')) }
    const limiter = new BurstLimiter(
      broken,
      () => noon,
      (work) => deferred.push(work),
    )
    for (let i = 0; i < 30; i++) limiter.check('a')
    await Promise.all(deferred)
    expect(limiter.check('a')).toBeNull()
  })
})

describe('the counter of a single isolate', () => {
  it('counts each key in windows of its own and starts anew after each, or when the clock was put back', async () => {
    let now = noon
    const counter = new IsolateCounter({ now: () => now, limit: 3, periodMs: 10_000 })
    const answers = async (key: string, times: number) => {
      const all: boolean[] = []
      for (let i = 0; i < times; i++) all.push((await counter.limit({ key })).success)
      return all
    }
    expect(await answers('a', 5)).toEqual([true, true, true, false, false])
    expect(await answers('b', 1)).toEqual([true])
    now += 9_999
    expect(await answers('a', 1)).toEqual([false])
    now += 1
    expect(await answers('a', 1)).toEqual([true])
    now -= 3_600_000
    expect(await answers('a', 4)).toEqual([true, true, true, false])
  })

  it('has the limit that wrangler.toml gives the platform', async () => {
    const { limit, periodMs } = burstLimit
    expect(wranglerSettings).toContain(`simple = { limit = ${limit}, period = ${periodMs / 1000} }`)
  })
})

describe('the request’s Cache-Control', () => {
  it.each([
    [undefined, { read: true, maxAge: null, onlyIfCached: false, store: true }],
    ['no-cache', { read: false, maxAge: null, onlyIfCached: false, store: true }],
    ['no-store', { read: false, maxAge: null, onlyIfCached: false, store: false }],
    ['Max-Age=60, only-if-cached', { read: true, maxAge: 60, onlyIfCached: true, store: true }],
    ['max-age="5"', { read: true, maxAge: 5, onlyIfCached: false, store: true }],
    ['max-age=-1, stale-if-error=5', { read: true, maxAge: null, onlyIfCached: false, store: true }],
  ])('%s', (header, reuse) => {
    expect(parseReuse(header)).toEqual(reuse)
  })
})
