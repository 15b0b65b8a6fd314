import { expect, it } from 'vitest'
import { isRegression } from '../../client/command/regression.ts'
import { pairedBootstrap } from '../../schema/metrics/paired.ts'
import { type Random, seededRandom } from '../../schema/metrics/random.ts'

/** Ratings of the same questions by two runs; the second is lower by `drop` on average. */
function compare(random: Random, questions: number, drop: number) {
  const cells = Array.from({ length: questions }, () => {
    const base = 3 + Math.floor(random() * 5)
    const rate = (shift: number) =>
      Math.max(0, Math.min(10, Math.round(base + (random() + random() - 1) * 4 - shift)))
    return { x: rate(0), y: rate(drop), count: 1 }
  })
  return pairedBootstrap(cells)
}

it('alarms at the stated rate when nothing changed, over 200 seeds', () => {
  const alarms = Array.from({ length: 200 }, (_, seed) =>
    isRegression(compare(seededRandom(seed), 80, 0), 0.05),
  )
  const count = alarms.filter(Boolean).length
  // 95% of such counts lie between 4 and 17
  expect(count).toBeGreaterThanOrEqual(3)
  expect(count).toBeLessThanOrEqual(18)
})

it('finds a drop of one point in nearly every run, and never sees one in a rise', () => {
  const found = (drop: number) =>
    Array.from({ length: 40 }, (_, seed) => isRegression(compare(seededRandom(seed), 80, drop), 0.05)).filter(
      Boolean,
    ).length
  expect(found(1)).toBeGreaterThanOrEqual(38)
  expect(found(-1)).toBe(0)
})

it('sees no regression in equal ratings', () => {
  expect(isRegression(pairedBootstrap([{ x: 7, y: 7, count: 60 }]), 0.5)).toBe(false)
})
