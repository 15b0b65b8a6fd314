import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NodeFailure, unusable } from '../../../gateway/nodes/client/node-failure.ts'
import { parseRetryAfter } from '../../../gateway/nodes/client/refusal.ts'
import {
  admits,
  closedBreaker,
  onAborted,
  onCall,
  onFailure,
  onSuccess,
} from '../../../gateway/nodes/routing/breaker.ts'
import { chooseOfTwo } from '../../../gateway/nodes/routing/choice.ts'
import { NodePool } from '../../../gateway/nodes/routing/pool.ts'
import { RetryBudget, retryDelayMs } from '../../../gateway/nodes/routing/retry-budget.ts'
import type { ServedModel } from '../../../gateway/nodes/served-model.ts'
import { reason } from '../../../schema/api/errors.ts'

describe('the breaker', () => {
  it('opens after five faults in a row, and not after fewer', () => {
    let breaker = closedBreaker
    for (let i = 0; i < 4; i++) breaker = onFailure(breaker, 0, 0.5)
    expect(admits(breaker, 0)).toBe(true)
    expect(admits(onFailure(breaker, 0, 0.5), 0)).toBe(false)
  })

  it('lets exactly one probe through when the wait is over; its result decides', () => {
    let breaker = closedBreaker
    for (let i = 0; i < 5; i++) breaker = onFailure(breaker, 0, 0.5)
    expect(admits(breaker, breaker.until - 1)).toBe(false)
    expect(admits(breaker, breaker.until)).toBe(true)
    const probing = onCall(breaker, breaker.until)
    expect(admits(probing, breaker.until + 1)).toBe(false)
    expect(onSuccess(probing)).toEqual(closedBreaker)
    const reopened = onFailure(probing, breaker.until, 0.5)
    expect(admits(reopened, breaker.until + 1)).toBe(false)
    expect(reopened.until - breaker.until).toBe(2 * breaker.until)
    expect(admits(onAborted(probing, breaker.until), breaker.until)).toBe(true)
  })

  it('waits no longer each time for a node that is alive', () => {
    let breaker = closedBreaker
    for (let i = 0; i < 5; i++) breaker = onFailure(breaker, 0, 0.5)
    const wait = breaker.until
    for (let i = 0; i < 5; i++) {
      const now = breaker.until
      breaker = onFailure(onCall(breaker, now), now, 0.5, true)
      expect(breaker.until - now).toBe(wait)
    }
  })

  it('never closes by time alone, and never waits much longer than a minute', () => {
    const event = fc.constantFrom('call', 'success', 'fault', 'given up')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(event, fc.nat(30_000), fc.double({ min: 0, max: 1, noNaN: true }))),
        (events) => {
          let [breaker, now] = [closedBreaker, 0]
          for (const [name, pause, random] of events) {
            now += pause
            const before = breaker
            if (name === 'call' && admits(breaker, now)) breaker = onCall(breaker, now)
            if (name === 'success') breaker = onSuccess(breaker)
            if (name === 'fault') breaker = onFailure(breaker, now, random)
            if (name === 'given up') breaker = onAborted(breaker, now)
            if (before.state !== 'closed' && breaker.state === 'closed') expect(name).toBe('success')
            if (breaker.state === 'open') expect(breaker.until - now).toBeLessThanOrEqual(75_000)
            expect(breaker.failureRate).toBeGreaterThanOrEqual(0)
            expect(breaker.failureRate).toBeLessThanOrEqual(1)
          }
        },
      ),
    )
  })
})

describe('the choice of two', () => {
  const candidates = fc.array(
    fc.record({ load: fc.nat(100), weight: fc.double({ min: 0.1, max: 10, noNaN: true }) }),
    { minLength: 2, maxLength: 8 },
  )
  const random = fc.double({ min: 0, max: 0.999999, noNaN: true })

  it('never takes the one that is busiest for its weight', () => {
    fc.assert(
      fc.property(candidates, random, random, (among, first, second) => {
        const draws = [first, second]
        const chosen = chooseOfTwo(among, () => draws.shift()!)!
        const relative = among.map(({ load, weight }) => (load + 1) / weight)
        const worst = Math.max(...relative)
        if (relative.filter((value) => value === worst).length > 1) return
        expect((chosen.load + 1) / chosen.weight).toBeLessThan(worst)
      }),
    )
  })

  it('takes the only one, and none of none', () => {
    expect(chooseOfTwo([{ load: 9, weight: 1 }], () => 0.5)).toEqual({ load: 9, weight: 1 })
    expect(chooseOfTwo([], () => 0.5)).toBeNull()
  })
})

describe('retries', () => {
  it('are bounded by the traffic', () => {
    const budget = new RetryBudget(10, 0.2)
    let taken = 0
    for (let request = 0; request < 1_000; request++) {
      budget.onFirstTry()
      for (let i = 0; i < 3; i++) if (budget.take()) taken += 1
    }
    expect(taken).toBeGreaterThan(200)
    expect(taken).toBeLessThanOrEqual(10 + 200)
  })

  it('wait with full jitter, at most two seconds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (retry, random) => {
          expect(retryDelayMs(retry, random)).toBeLessThanOrEqual(Math.min(2_000, 100 * 2 ** retry))
          expect(retryDelayMs(retry, 0)).toBe(0)
        },
      ),
    )
  })

  it('read Retry-After as seconds and as a date, within an hour', () => {
    expect(parseRetryAfter('7', 0)).toBe(7_000)
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:09 GMT', 2_000)).toBe(7_000)
    expect(parseRetryAfter('999999', 0)).toBe(3_600_000)
    expect(parseRetryAfter('soon', 0)).toBeNull()
    expect(parseRetryAfter(null, 0)).toBeNull()
  })
})

describe('the pool', () => {
  const served = (id: string, draining = false): ServedModel =>
    ({ id: 'm', load: 0, node: { id, weight: 1, draining } }) as ServedModel
  const down = () =>
    new NodeFailure(
      { code: 'no_node_available', reason: 'node_unreachable', source: 'node' },
      { retry: 'anywhere', fault: true },
    )
  function pool() {
    const clock = { now: 1_000_000, slept: [] as number[] }
    const rests: (readonly [node: string, forMs: number | null])[] = []
    const sleep = async (milliseconds: number) => {
      clock.slept.push(milliseconds)
      clock.now += milliseconds
    }
    const onBreakerChange = (node: string, until: number | null) =>
      void rests.push([node, until === null ? null : until - clock.now])
    return {
      clock,
      rests,
      pool: new NodePool({ now: () => clock.now, random: () => 0.4, sleep, onBreakerChange }),
    }
  }

  it('goes to another node at once when one fails', async () => {
    const { pool: nodes, clock } = pool()
    const called: string[] = []
    const answer = await nodes.run([served('a'), served('b')], async ({ node }) => {
      called.push(node.id)
      if (called.length === 1) throw down()
      return node.id
    })
    expect(new Set(called).size).toBe(2)
    expect(answer).toBe(called[1])
    expect(clock.slept).toEqual([])
  })

  it('asks no node any more when all are down, until a probe may go', async () => {
    const { pool: nodes, clock } = pool()
    let calls = 0
    const fail = async () => {
      calls += 1
      throw down()
    }
    for (let i = 0; i < 10; i++) await nodes.run([served('a'), served('b')], fail).catch(() => {})
    const until = calls
    const failure = await nodes.run([served('a'), served('b')], fail).catch((error) => error.failure)
    expect(calls).toBe(until)
    expect(failure).toMatchObject({ code: 'no_node_available', source: 'gateway' })
    expect(failure.retryAfter).toBeGreaterThan(0)
    clock.now += failure.retryAfter * 1000
    expect(await nodes.run([served('a'), served('b')], async () => 'up')).toBe('up')
  })

  it('says until when it leaves a node alone, and when a call goes well again', async () => {
    const { pool: nodes, clock, rests } = pool()
    const fail = () => nodes.run([served('a')], () => Promise.reject(down())).catch(() => {})
    for (let i = 0; i < 10; i++) await fail()
    expect(rests).toEqual([['a', 1_900]])
    clock.now += 1_900
    await fail()
    expect(rests.slice(1)).toEqual([['a', 3_800]])
    clock.now += 3_800
    await nodes.run([served('a')], async () => 'up')
    await nodes.run([served('a')], async () => 'up')
    expect(rests.slice(2)).toEqual([['a', null]])
  })

  it('says to come back soon while a probe is under way', async () => {
    const { pool: nodes, clock } = pool()
    const only = [served('a')]
    for (let i = 0; i < 5; i++) await nodes.run(only, async () => Promise.reject(down())).catch(() => {})
    clock.now += 60_000
    const { promise, resolve } = Promise.withResolvers<string>()
    const probe = nodes.run(only, () => promise)
    const refused = await nodes.run(only, async () => 'too soon').catch((error) => error.failure)
    expect(refused).toMatchObject({ code: 'no_node_available', retryAfter: 2 })
    resolve('up')
    expect(await probe).toBe('up')
    expect(await nodes.run(only, async () => 'again')).toBe('again')
  })

  it('learns nothing bad of a node from calls that ask for more than a judgment, which no node has to bear', async () => {
    const { pool: nodes, clock } = pool()
    const only = [served('a')]
    const late = async () => Promise.reject(unusable(reason('node_time_limit'), 'node_timeout'))
    for (let i = 0; i < 10; i++) await nodes.run(only, late, { isHeavy: true }).catch(() => {})
    expect(await nodes.run(only, async () => 'up')).toBe('up')

    for (let i = 0; i < 5; i++) await nodes.run(only, late).catch(() => {})
    await expect(nodes.run(only, async () => 'up', { isHeavy: true })).rejects.toThrow('no_node_free')
    clock.now += 60_000
    // one that is still under way keeps nobody from finding out that the node answers again
    const { promise, resolve } = Promise.withResolvers<string>()
    const slow = nodes.run(only, () => promise, { isHeavy: true })
    expect(await nodes.run(only, async () => 'up')).toBe('up')
    resolve('at last')
    expect(await slow).toBe('at last')
  })

  it('gives draining nodes nothing', async () => {
    const { pool: nodes } = pool()
    const answers = new Set<string>()
    for (let i = 0; i < 20; i++) {
      answers.add(await nodes.run([served('a', true), served('b')], async ({ node }) => node.id))
    }
    expect(answers).toEqual(new Set(['b']))
    await expect(nodes.run([served('a', true)], async () => 'a')).rejects.toThrow('no_node_free')
  })

  it('leaves a node alone for as long as it asked', async () => {
    const { pool: nodes, clock } = pool()
    const busy = new NodeFailure(
      { code: 'no_node_available', reason: 'node_unreachable', source: 'node' },
      { retry: 'anywhere', fault: false, pauseMs: 30_000 },
    )
    await expect(nodes.run([served('a')], () => Promise.reject(busy))).rejects.toBe(busy)
    await expect(nodes.run([served('a')], async () => 'a')).rejects.toThrow('no_node_free')
    clock.now += 30_000
    expect(await nodes.run([served('a')], async () => 'a')).toBe('a')
  })

  it('does not ask the same node again for what it would say again', async () => {
    const { pool: nodes } = pool()
    let calls = 0
    await nodes
      .run([served('a')], async () => {
        calls += 1
        throw unusable(reason('node_not_completion'))
      })
      .catch(() => {})
    expect(calls).toBe(1)
  })
})
