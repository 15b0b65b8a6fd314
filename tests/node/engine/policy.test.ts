import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CacheRows } from '../../../inference-node/engine/cache-rows.ts'
import {
  type ChunkRules,
  chooseMove,
  chooseStart,
  chunkLength,
  decodeRange,
  type RowState,
  type WaitingSequence,
} from '../../../inference-node/engine/scheduling/policy.ts'
import { TenantShares } from '../../../inference-node/engine/scheduling/tenant-shares.ts'

const free = (cached: number[] = [], lastUsed = 0): RowState => ({
  cached,
  tenant: 'a',
  publicTokens: 0,
  occupied: false,
  lastUsed,
})
const busy = (cached: number[] = []): RowState => ({
  ...free(cached),
  occupied: true,
})
const waiting = (id: number, prompt: number[], tenant = 'a', passedOver = 0): WaitingSequence => ({
  id,
  tenant,
  prompt,
  passedOver,
})
const numbers = (length: number, first = 0) => Array.from({ length }, (_, index) => first + index)
const noneServed = new Map<string, number>()
const freely: ChunkRules = { limit: 128, aligned: false, multiple: 1 }

describe('which sequence starts next', () => {
  it('is none when noneServed waits or no row is free', () => {
    expect(chooseStart([], [free()], noneServed, true, freely)).toBeNull()
    expect(chooseStart([waiting(0, numbers(20))], [busy()], noneServed, true, freely)).toBeNull()
  })

  it('is the one that shares most with the cache, in the row that holds it', () => {
    const rows = [free(numbers(50, 900)), free(numbers(40))]
    const start = chooseStart(
      [waiting(0, numbers(60, 300)), waiting(1, numbers(60))],
      rows,
      noneServed,
      true,
      freely,
    )
    expect(start).toEqual({ id: 1, row: 1, reused: 40, copyFrom: null })
  })

  it('copies from a busy row into the free one that was not used for longest', () => {
    const rows = [busy(numbers(40)), free([], 9)]
    expect(chooseStart([waiting(0, numbers(60))], rows, noneServed, true, freely)).toEqual({
      id: 0,
      row: 1,
      reused: 40,
      copyFrom: 0,
    })
    expect(chooseStart([waiting(0, numbers(60))], rows, noneServed, false, freely)?.reused).toBe(0)
  })

  it('leaves nothing to compute when all of it is cached, and no token alone', () => {
    const reused = (cached: number) =>
      chooseStart([waiting(0, numbers(40))], [free(numbers(cached))], noneServed, true, freely)?.reused
    expect([reused(38), reused(39), reused(40), reused(45)]).toEqual([38, 38, 40, 40])
  })

  it('reuses whole chunks only when chunks are aligned', () => {
    const aligned: ChunkRules = { limit: 16, aligned: true, multiple: 1 }
    const start = chooseStart([waiting(0, numbers(60))], [free(numbers(45))], noneServed, true, aligned)
    expect(start?.reused).toBe(32)
  })

  it('reuses of the row of another tenant only the public beginning', () => {
    const row = (publicTokens: number): RowState => ({ ...free(numbers(40)), tenant: 'other', publicTokens })
    const reused = (publicTokens: number) =>
      chooseStart([waiting(0, numbers(60))], [row(publicTokens)], noneServed, true, freely)?.reused
    expect([reused(0), reused(20), reused(60)]).toEqual([0, 20, 40])
  })

  it('copies from the row of another tenant, which keeps its prompt', () => {
    const rows = [{ ...free(numbers(40), 5), tenant: 'other', publicTokens: 20 }, free([], 1)]
    const start = chooseStart([waiting(0, numbers(60))], rows, noneServed, true, freely)
    expect(start).toEqual({ id: 0, row: 1, reused: 20, copyFrom: 0 })
  })

  it('is of the tenant that was served least', () => {
    const served = new Map([
      ['a', 900],
      ['b', 100],
    ])
    const queue = [waiting(0, numbers(20)), waiting(1, numbers(20, 50)), waiting(2, numbers(20, 90), 'b')]
    expect(chooseStart(queue, [free(numbers(20))], served, true, freely)?.id).toBe(2)
  })

  it('is the oldest once it was passed over often enough', () => {
    const rows = [free(numbers(40))]
    const queue = (passedOver: number) => [
      waiting(0, numbers(60, 300), 'a', passedOver),
      waiting(1, numbers(60)),
    ]
    expect(chooseStart(queue(0), rows, noneServed, true, freely)?.id).toBe(1)
    expect(chooseStart(queue(16), rows, noneServed, true, freely)?.id).toBe(0)
  })

  it('keeps the busy rows together', () => {
    const rows = [free(), busy(), free(), busy(), free()]
    expect(chooseStart([waiting(0, numbers(20))], rows, noneServed, true, freely)?.row).toBe(2)
    const edge = chooseStart(
      [waiting(0, numbers(20))],
      [free([], 5), free([], 1), busy(), free([], 3)],
      noneServed,
      true,
      freely,
    )
    expect(edge?.row).toBe(1)
  })
})

describe('chunks', () => {
  it('cover a prompt exactly, within the limit, and never leave a token alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5000 }), fc.integer({ min: 8, max: 600 }), (prompt, limit) => {
        let remaining = prompt
        while (remaining > 0) {
          const length = chunkLength(remaining, { limit, aligned: false, multiple: 1 })
          expect(length).toBeGreaterThan(1)
          expect(length).toBeLessThanOrEqual(limit)
          expect(length % 32).not.toBe(1)
          remaining -= length
        }
        expect(remaining).toBe(0)
      }),
    )
  })

  it('are multiples of what kernels take together, but for the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2000 }), fc.integer({ min: 8, max: 200 }), (prompt, limit) => {
        let remaining = prompt
        while (remaining > 0) {
          const length = chunkLength(remaining, { limit, aligned: false, multiple: 2 })
          expect(length).toBeGreaterThan(1)
          expect(length % 32).not.toBe(1)
          remaining -= length
          if (remaining > 0) expect(length % 2).toBe(0)
        }
      }),
    )
  })

  it('begin at multiples of the limit when they are aligned', () => {
    expect(chunkLength(129, { limit: 128, aligned: true, multiple: 1 })).toBe(128)
    expect(chunkLength(1, { limit: 128, aligned: true, multiple: 1 })).toBe(1)
  })
})

describe('rows of a decode step', () => {
  it('reach from the first to the last that needs it, in multiples where there are so many rows', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 15 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 4 }),
        (decoding, multiple) => {
          const [first, count] = decodeRange(decoding, 16, multiple)
          expect(first).toBeGreaterThanOrEqual(0)
          expect(first + count).toBeLessThanOrEqual(16)
          expect(count === 16 || count % multiple === 0).toBe(true)
          for (const row of decoding) expect(row >= first && row < first + count).toBe(true)
          const span = Math.max(...decoding) - Math.min(...decoding) + 1
          expect(count).toBeGreaterThanOrEqual(span)
          expect(count).toBeLessThan(span + multiple)
        },
      ),
    )
  })

  it('take in a neighbour behind, or before where there is none behind', () => {
    expect(decodeRange([1], 4, 2)).toEqual([1, 2])
    expect(decodeRange([3], 4, 2)).toEqual([2, 2])
    expect(decodeRange([0], 1, 2)).toEqual([0, 1])
  })

  it('are closed up from the end', () => {
    expect(chooseMove([busy(), free(), busy(), free()])).toEqual({ from: 2, to: 1 })
    expect(chooseMove([free(), busy(), busy(), free()])).toBeNull()
    expect(chooseMove([free(), free()])).toBeNull()
  })
})

interface Job {
  id: number
  tenant: string
  prompt: number[]
  tokens: number
  arrival: number
}

const job = fc.record({
  tenant: fc.constantFrom('a', 'a', 'a', 'b', 'c'),
  prefix: fc.integer({ min: 0, max: 3 }),
  length: fc.integer({ min: 2, max: 90 }),
  tokens: fc.integer({ min: 1, max: 12 }),
  arrival: fc.integer({ min: 0, max: 40 }),
})

/** Runs jobs by the policy alone, a step a tick, and checks its promises at every step. */
function simulate(jobs: Job[], rowCount: number, copiesRows: boolean, rules: ChunkRules) {
  const rows = new CacheRows(rowCount)
  const shares = new TenantShares()
  const queue: (WaitingSequence & { job: Job; passedOver: number })[] = []
  const running = new Map<number, { job: Job; row: number; length: number; left: number }>()
  const startedAt = new Map<number, number>()
  const reused = new Map<number, number>()
  let prefilling: number | null = null
  let finished = 0
  let maxPassedOver = 0
  for (let tick = 0; finished < jobs.length; tick++) {
    expect(tick).toBeLessThan(20_000)
    for (const arriving of jobs.filter(({ arrival }) => arrival === tick)) {
      queue.push({
        id: arriving.id,
        tenant: arriving.tenant,
        prompt: arriving.prompt,
        passedOver: 0,
        job: arriving,
      })
      shares.add(arriving.tenant, 1)
    }
    if (prefilling === null) {
      const start = chooseStart(queue, rows.states, shares.served, copiesRows, rules)
      expect(start === null).toBe(queue.length === 0 || running.size === rowCount)
      if (start) {
        const place = queue.findIndex(({ id }) => id === start.id)
        const [sequence] = queue.splice(place, 1) as [(typeof queue)[0]]
        const oldest = queue.findIndex(({ tenant }) => tenant === sequence.tenant)
        if (oldest >= 0 && oldest < place) queue[oldest]!.passedOver++
        maxPassedOver = Math.max(maxPassedOver, sequence.passedOver)
        reused.set(start.id, start.reused)
        expect(rows.states[start.row]!.occupied).toBe(false)
        const source = rows.states[start.copyFrom ?? start.row]!.cached.slice(0, start.reused)
        expect(source).toEqual(sequence.prompt.slice(0, start.reused))
        expect(start.reused).toBeLessThan(sequence.prompt.length)
        if (!copiesRows) expect(start.copyFrom).toBeNull()
        rows.occupy(start.row, { cached: source, tenant: sequence.tenant, publicTokens: 16 })
        running.set(start.id, {
          job: sequence.job,
          row: start.row,
          length: start.reused,
          left: sequence.job.tokens,
        })
        shares.charge(sequence.tenant, sequence.prompt.length - start.reused)
        startedAt.set(start.id, tick)
        prefilling = start.id
      }
    }
    for (const [id, sequence] of running) {
      const { job, row } = sequence
      if (sequence.length < job.prompt.length) {
        expect(id).toBe(prefilling)
        const chunk = chunkLength(job.prompt.length - sequence.length, rules)
        expect(chunk).toBeGreaterThan(0)
        expect(chunk).toBeLessThanOrEqual(rules.limit)
        sequence.length += chunk
        rows.cache(row, job.prompt.slice(0, sequence.length))
        if (sequence.length === job.prompt.length) prefilling = null
        continue
      }
      shares.charge(job.tenant, 1)
      sequence.left--
      if (sequence.left > 0) continue
      rows.free(row)
      running.delete(id)
      shares.remove(job.tenant)
      finished++
    }
    const occupied = rows.states.flatMap((state, row) => (state.occupied ? [row] : []))
    expect(occupied).toEqual([...running.values()].map(({ row }) => row).sort((a, b) => a - b))
  }
  expect(rows.states.some(({ occupied }) => occupied)).toBe(false)
  expect(shares.served.size).toBe(0)
  return { startedAt, reused, maxPassedOver }
}

describe('the policy over time', () => {
  it('starts everything, leaks no row, and passes noneServed over too often', () => {
    fc.assert(
      fc.property(
        fc.array(job, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        fc.boolean(),
        (specs, rowCount, copiesRows, aligned) => {
          const jobs = specs.map(({ prefix, length, ...rest }, id) => ({
            ...rest,
            id,
            prompt: [...numbers(prefix * 16, 1000), ...numbers(length, 10_000 * (id + 1))],
          }))
          const { startedAt, maxPassedOver } = simulate(jobs, rowCount, copiesRows, {
            limit: 32,
            aligned,
            multiple: 2,
          })
          expect(startedAt.size).toBe(jobs.length)
          expect(maxPassedOver).toBeLessThanOrEqual(16)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('brings the answers of several models to one question together, however far apart they wait', () => {
    const questions = 60
    const answers = Array.from({ length: 3 * questions }, (_, id) => ({
      id,
      tenant: 'a',
      prompt: [
        ...numbers(30),
        ...numbers(20, 1000 * (1 + (id % questions))),
        ...numbers(15, 100_000 + 100 * id),
      ],
      tokens: 6,
      arrival: 0,
    }))
    const { reused } = simulate(answers, 4, true, freely)
    const shared = [...reused.values()].filter((tokens) => tokens === 50)
    expect(shared).toHaveLength(2 * questions)
  })

  it("serves one request of a tenant before another's burst of 500 is through", () => {
    const burst = Array.from({ length: 500 }, (_, id) => ({
      id,
      tenant: 'burst',
      prompt: numbers(40, id * 100),
      tokens: 5,
      arrival: 0,
    }))
    const single = { id: 500, tenant: 'single', prompt: numbers(40, 90_000), tokens: 5, arrival: 3 }
    const { startedAt } = simulate([...burst, single], 4, true, freely)
    const before = [...startedAt.values()].filter((tick) => tick < startedAt.get(500)!).length
    expect(before).toBeLessThan(12)
  })
})
