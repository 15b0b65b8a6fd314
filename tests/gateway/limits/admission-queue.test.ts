import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Admission, type Admitted } from '../../../gateway/limits/admission.ts'
import { AdmissionQueue } from '../../../gateway/limits/admission-queue.ts'

const rates = { requestsPerMinute: 1e6, concurrent: 2, tokensPerDay: 1_000_000 }
const limits = { tenant: rates, key: null }
const bounds = { runs: 4, tokens: 1_000, waitMs: 10_000 }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function start() {
  const memory = { tokensUsed: () => 0, getArrival: () => 0, saveArrival: () => {} }
  const queue = new AdmissionQueue(new Admission(memory, 60_000), Date.now, { bounds })
  const order: string[] = []
  const admit = (
    key: string,
    { tokens = 10, as = key, signal }: { tokens?: number; as?: string; signal?: AbortSignal } = {},
  ) =>
    queue.admit(key, tokens, limits, signal).then((admitted) => {
      if (admitted !== null && 'reservation' in admitted) order.push(as)
      return admitted
    })
  return { queue, admit, order }
}

const reservationOf = (admitted: Admitted | null) => {
  if (admitted === null || 'failure' in admitted) throw new Error('not admitted')
  return admitted.reservation
}

describe('a run beyond the limit of concurrent runs', () => {
  it('waits until another ends', async () => {
    const { queue, admit, order } = start()
    const [first] = [await admit('a'), await admit('a')]
    const waiting = admit('a', { as: 'third' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(order).toEqual(['a', 'a'])
    queue.settle(reservationOf(first), 5)
    await waiting
    expect(order).toEqual(['a', 'a', 'third'])
  })

  it('is refused after the longest wait, with a time to come back', async () => {
    const { admit } = start()
    await Promise.all([admit('a'), admit('a')])
    const waiting = admit('a')
    await vi.advanceTimersByTimeAsync(bounds.waitMs)
    expect(await waiting).toMatchObject({
      failure: { code: 'rate_limited', reason: 'tenant_concurrency', retryAfter: expect.any(Number) },
    })
  })

  it('leaves the queue when its caller does, and makes room there', async () => {
    const { admit } = start()
    await Promise.all([admit('a'), admit('a')])
    const leaving = new AbortController()
    const left = [1, 2, 3, 4].map(() => admit('a', { signal: leaving.signal }))
    expect(await admit('a')).toHaveProperty('failure')
    leaving.abort()
    expect(await Promise.all(left)).toEqual([null, null, null, null])
    const waiting = admit('a')
    expect(await Promise.race([waiting, vi.advanceTimersByTimeAsync(100).then(() => 'waits')])).toBe('waits')
  })

  it('takes turns with other keys', async () => {
    const { queue, admit, order } = start()
    const running = [await admit('a'), await admit('a')]
    const waiting = [
      admit('a', { as: 'a1' }),
      admit('a', { as: 'a2' }),
      admit('a', { as: 'a3' }),
      admit('b', { as: 'b1' }),
    ]
    queue.settle(reservationOf(running[0]!), 0)
    queue.settle(reservationOf(running[1]!), 0)
    await vi.advanceTimersByTimeAsync(1)
    expect(order).toEqual(['a', 'a', 'a1', 'b1'])
    await vi.advanceTimersByTimeAsync(bounds.waitMs)
    await Promise.all(waiting)
  })

  it('is refused at once when as many wait as may, or too much text', async () => {
    const { admit } = start()
    await Promise.all([admit('a'), admit('a')])
    const waiting = [admit('a'), admit('a')]
    expect(await admit('a', { tokens: 990 })).toHaveProperty('failure')
    waiting.push(admit('a'), admit('a'))
    expect(await admit('a')).toHaveProperty('failure')
    await vi.advanceTimersByTimeAsync(bounds.waitMs)
    await Promise.all(waiting)
  })

  it('is refused at once by any other limit', async () => {
    const { admit } = start()
    expect(await admit('a', { tokens: 2_000_000 })).toMatchObject({ failure: { code: 'quota_exceeded' } })
  })
})
