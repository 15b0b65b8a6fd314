import { describe, expect, it } from 'vitest'
import { GroupQueue, type QueuedJob } from '../../../inference-node/engine/process/group-queue.ts'

interface Job extends QueuedJob {
  name: string
}

const job = (tenant: string, number: number, maxTokens: number, samples = 1): Job => ({
  name: `${tenant}${number}`,
  request: { tenant, maxTokens, samples, messages: [{ role: 'user', content: '가'.repeat(20) }] },
})

/** Hands out the next job and ends it after so many tokens. */
function serve(queue: GroupQueue<Job>, tokens: (job: Job) => number): string {
  const next = queue.next()!
  queue.take(next)
  const finished = {
    type: 'finished',
    id: 0,
    sample: 0,
    reason: 'length',
    completionTokens: tokens(next),
    ratingProbabilities: null,
    queueMs: 0,
    prefillMs: 0,
    decodeMs: 0,
  } as const
  queue.note(next, { type: 'started', id: 0, sample: 0, prefixHitTokens: 0 }, 10)
  queue.note(next, finished, 10)
  queue.end(next)
  return next.name
}

const count = (names: readonly string[], tenant: string) =>
  names.filter((name) => name.startsWith(tenant)).length

describe('turns in the queue of a group', () => {
  it('are by tokens, not by requests', () => {
    const queue = new GroupQueue<Job>()
    for (let number = 0; number < 20; number++) queue.add(job('long', number, 400))
    for (let number = 0; number < 60; number++) queue.add(job('short', number, 10))
    const served = Array.from({ length: 60 }, () =>
      serve(queue, ({ request }) => (request.tenant === 'long' ? 400 : 10)),
    )
    // 410 tokens against 20
    expect(count(served.slice(0, 44), 'long')).toBeLessThan(4)
    expect(served.filter((name) => name.startsWith('short'))).toEqual(
      Array.from({ length: count(served, 'short') }, (_, number) => `short${number}`),
    )
  })

  it('are corrected by what a job really took', () => {
    const queue = new GroupQueue<Job>()
    // both ask for as much, but one tenant's answers end at once
    for (let number = 0; number < 30; number++)
      for (const tenant of ['a', 'b']) queue.add(job(tenant, number, 500))
    const served = Array.from({ length: 24 }, () =>
      serve(queue, ({ request }) => (request.tenant === 'a' ? 500 : 2)),
    )
    expect(count(served, 'b')).toBeGreaterThan(4 * count(served, 'a'))
  })

  it('count a job that is under way by its guess', () => {
    const queue = new GroupQueue<Job>()
    for (let number = 0; number < 4; number++) queue.add(job('a', number, 200, 4))
    for (let number = 0; number < 4; number++) queue.add(job('b', number, 200))
    const order = Array.from({ length: 6 }, () => {
      const next = queue.next()!
      queue.take(next)
      return next.name
    })
    expect(order).toEqual(['a0', 'b0', 'b1', 'b2', 'b3', 'a1'])
  })

  it('let a tenant that arrives begin level with the others', () => {
    const queue = new GroupQueue<Job>()
    for (let number = 0; number < 9; number++) queue.add(job('a', number, 100))
    for (let turn = 0; turn < 5; turn++) serve(queue, () => 100)
    for (let number = 0; number < 9; number++) queue.add(job('b', number, 100))
    const served = Array.from({ length: 6 }, () => serve(queue, () => 100))
    expect(count(served, 'b')).toBe(3)
  })

  it('come back to a job that an engine lost, before the others of its tenant', () => {
    const queue = new GroupQueue<Job>()
    for (let number = 0; number < 3; number++) queue.add(job('a', number, 100))
    queue.add(job('b', 0, 100))
    const first = queue.next()!
    queue.take(first)
    expect(queue.next()!.name).toBe('b0')
    queue.putBack(first)
    expect(queue.next()!.name).toBe('a0') // its charge was given back
    expect(queue.waiting).toHaveLength(4)
    for (const each of [...queue.waiting]) queue.end(each)
    expect(queue.next()).toBeNull()
  })
})
