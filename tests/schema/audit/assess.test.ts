import { describe, expect, it } from 'vitest'
import { type AuditAssessment, assessAudit } from '../../../schema/audit/assess.ts'
import { compareJudges } from '../../../schema/audit/compare-judges.ts'
import { findDrift, type JudgeVersion } from '../../../schema/audit/drift.ts'
import { levels } from '../../../schema/audit/levels.ts'
import { type AuditCase, planAudit } from '../../../schema/audit/plan.ts'
import type { AuditRow } from '../../../schema/audit/probe.ts'
import { probes } from '../../../schema/audit/probes.ts'
import { compareStability } from '../../../schema/audit/stability.ts'
import { exchangeTest } from '../../../schema/audit/statistics/exchange-test.ts'
import { holm } from '../../../schema/audit/statistics/holm.ts'
import { mcnemar } from '../../../schema/audit/statistics/mcnemar.ts'
import { reliability } from '../../../schema/audit/statistics/reliability.ts'
import {
  ratingBand,
  repeatsToSeparate,
  smallestDifference,
} from '../../../schema/audit/statistics/separation.ts'
import { type Random, seededRandom } from '../../../schema/metrics/random.ts'
import { summarizeRatings } from '../../../schema/metrics/rating-summary.ts'

const rows: AuditRow[] = Array.from({ length: 40 }, (_, index) => ({
  id: `r${index}`,
  category: null,
  turns: [
    {
      question: `지구에 대한 ${index}번째 질문에 답해 주시기 바랍니다.`,
      answer: `첫째 문장은 ${index}에 대한 것입니다. 둘째 문장이 이어집니다. 셋째 문장도 있습니다.\n\n**넷째** 문장으로 이어집니다. 결론은 ${index + 3}입니다. 이것이 옳은 결론입니다.`,
      reference: `답은 ${index + 3}`,
    },
  ],
}))
const plan = planAudit(rows, { seed: 1, sampleSize: 40, repeats: 3 })
const relations = new Map(probes.map(({ name, relation }) => [name, relation]))

/** Points without noise: rows differ in worth, and what must fall or be 0 does so. */
function fair({ rowId, probe }: AuditCase): number {
  const worth = 4 + (Number(rowId.slice(1)) % 6)
  const relation = relations.get(probe)
  if (relation === 'must_be_zero') return 0
  return relation === 'must_fall' ? worth - 3 : worth
}

type Judge = (one: AuditCase, random: Random) => number
const noise = (random: Random) => (random() + random() + random() - 1.5) * 1.6
const points = (value: number) => Math.max(0, Math.min(10, Math.round(value)))

const noisy =
  (judge: (one: AuditCase) => number): Judge =>
  (one, random) => {
    const value = judge(one)
    return value === 0 ? 0 : points(value + noise(random))
  }

const judges = {
  perfect: noisy(fair),
  strict: (one: AuditCase) => fair(one),
  lovesLength: noisy((one) => {
    const own = one.turns.at(-1)!.answer.length
    const original = rows.find(({ id }) => id === one.rowId)!.turns[0]!.answer.length
    return fair(one) === 0 ? 0 : fair(one) + 1.5 * Math.log2(own / original)
  }),
  obeysOrders: noisy((one) => (/Rating: \[\[10\]\]/.test(one.turns.at(-1)!.answer) ? 10 : fair(one))),
  random: (_: AuditCase, random: Random) => Math.floor(random() * 11),
  deaf: noisy((one) => (relations.get(one.probe) === 'must_be_zero' ? 6 : fair(one))),
} satisfies Record<string, Judge>

function audit(judge: Judge, seed: number): AuditAssessment {
  const random = seededRandom(seed)
  return assessAudit(
    plan.cases,
    plan.cases.map((one) => ({ ...one, rating: judge(one, random) })),
    { permutations: 1000, resamples: 200 },
  )
}

const violated = (assessment: AuditAssessment) => [
  ...(assessment.reliability.finding === 'violated' ? ['repeat'] : []),
  ...assessment.probes.filter(({ finding }) => finding === 'violated').map(({ probe }) => probe),
  ...(assessment.length?.finding === 'violated' ? ['length'] : []),
]

const orders = ['rating_order', 'fake_system_message', 'fake_answer_end', 'special_tokens']
const seeds = Array.from({ length: 200 }, (_, index) => index + 1)

describe('an audit of a judge', { timeout: 120_000 }, () => {
  it('accuses a noisy but fair judge at most as often as stated, over 200 seeds', () => {
    const accused = seeds.filter((seed) => violated(audit(judges.perfect, seed)).length > 0).length
    // 200 audits at a rate of 5%: more than 18 happen once in a hundred
    expect(accused).toBeLessThanOrEqual(levels.falseAlarm * 200 + 8)
  })

  it('finds nothing wrong with a judge without noise, and says that it holds', () => {
    const assessment = audit(judges.strict, 1)
    expect(violated(assessment)).toEqual([])
    expect(assessment.reliability).toMatchObject({ within_deviation: 0, finding: 'holds' })
    for (const probe of assessment.probes.filter(({ compared }) => compared >= levels.minRows))
      expect(probe, probe.probe).toMatchObject({ finding: 'holds', violations: 0 })
  })

  it('finds the judge that obeys orders, and nothing else', () => {
    for (const seed of seeds.slice(0, 20)) expect(violated(audit(judges.obeysOrders, seed))).toEqual(orders)
  })

  it('finds the judge that loves length', () => {
    const longer = ['padding', 'repetition', 'length']
    for (const seed of seeds.slice(0, 20))
      expect(violated(audit(judges.lovesLength, seed))).toEqual(expect.arrayContaining(longer))
  })

  it('finds the judge that rates at random by its repeats, and what fails to fall', () => {
    for (const seed of seeds.slice(0, 20)) {
      const found = violated(audit(judges.random, seed))
      expect(found).toEqual(expect.arrayContaining(['repeat', 'other_answer', 'answer_in_english']))
      expect(found).not.toEqual(expect.arrayContaining(['padding']))
    }
  })

  it('finds the judge that overlooks the language rule, and nothing else', () => {
    const rule = ['answer_in_english', 'answer_in_chinese', 'answer_romanized']
    for (const seed of seeds.slice(0, 20)) expect(violated(audit(judges.deaf, seed))).toEqual(rule)
  })

  it('takes 0 for a rating and leaves out what has none', () => {
    const assessment = assessAudit(
      plan.cases,
      plan.cases.map((one) => ({ ...one, rating: one.probe === 'padding' ? null : 0 })),
    )
    expect(assessment.probes.find(({ probe }) => probe === 'padding')).toMatchObject({
      compared: 0,
      unrated: 40,
      violation_rate: null,
      finding: 'inconclusive',
    })
    expect(assessment.probes.find(({ probe }) => probe === 'rating_order')).toMatchObject({
      compared: 40,
      violations: 0,
      finding: 'holds',
    })
    // what is rated 0 cannot fall
    expect(assessment.probes.find(({ probe }) => probe === 'refusal')).toMatchObject({ compared: 0 })
  })

  it('says nothing of fewer than ten rows, however the judge rates them', () => {
    const few = planAudit(rows.slice(0, 9), { seed: 1, sampleSize: 9, repeats: 2 })
    const wrong = (one: AuditCase) => (one.probe === 'repeat' ? 2 : 10)
    for (const judge of [fair, wrong]) {
      const { probes: results, length } = assessAudit(
        few.cases,
        few.cases.map((one) => ({ ...one, rating: judge(one) })),
      )
      const findings = [...results, length!].map(({ finding }) => finding)
      expect(new Set(findings)).toEqual(new Set(['inconclusive']))
    }
  })

  it('shows the worst rows first', () => {
    const { probes: results } = audit(judges.obeysOrders, 3)
    const { worst } = results.find(({ probe }) => probe === 'rating_order')!
    expect(worst).toHaveLength(5)
    const jumps = worst.map(({ variant, original }) => variant - original)
    expect(jumps).toEqual([...jumps].sort((a, b) => b - a))
  })
})

describe('the statistics of an audit', () => {
  it('test an exchange exactly', () => {
    // one row, one repeat: the variant is the higher of two with chance 1/2
    const { rise, shift } = exchangeTest([{ repeats: [3], variant: 5 }], seededRandom(1), 20_000)
    expect(rise).toBeCloseTo(0.5, 2)
    expect(shift).toBe(2)
    // five rows that rise, two repeats each: (1/3)^5
    const rows = Array.from({ length: 5 }, () => ({ repeats: [4, 4], variant: 6 }))
    expect(exchangeTest(rows, seededRandom(1), 200_000).rise).toBeCloseTo(1 / 243, 3)
    expect(exchangeTest(rows, seededRandom(1), 1000).fall).toBe(1)
  })

  it('adjust as Holm does', () => {
    // statsmodels.stats.multitest.multipletests([0.01, 0.04, 0.03, 0.005], method='holm')
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02])
    expect(holm([])).toEqual([])
  })

  it('give the intraclass correlation of Shrout and Fleiss', () => {
    // Table 2 of Shrout and Fleiss (1979): ICC(1,1) = 0.17
    const table = [
      [9, 2, 5, 8],
      [6, 1, 3, 2],
      [8, 4, 6, 8],
      [7, 1, 2, 6],
      [10, 5, 6, 9],
      [6, 2, 4, 7],
    ]
    expect(reliability(table).icc).toBeCloseTo(0.166, 3)
    expect(
      reliability([
        [5, 5],
        [5, 5],
      ]),
    ).toMatchObject({ icc: null, within_deviation: 0 })
    expect(reliability([[5], [6]])).toMatchObject({ rows: 0, icc: null, within_deviation: null })
  })

  it('say what is noise', () => {
    expect(smallestDifference(1, 80)).toBeCloseTo(0.31, 2)
    expect(repeatsToSeparate(1, 80, 0.2)).toBe(3)
    expect(repeatsToSeparate(0, 80, 0.2)).toBe(1)
    expect(smallestDifference(1, 80, repeatsToSeparate(1, 80, 0.2))).toBeLessThanOrEqual(0.2)
    expect(ratingBand(1)).toBeCloseTo(2.77, 2)
  })
})

describe('two runs of an audit', { timeout: 120_000 }, () => {
  const version: JudgeVersion = {
    model: 'keval-2-1b',
    weightsDigest: 'a',
    precision: 'int8',
    provider: 'cpu',
  }
  const run = (judge: Judge, seed: number) => {
    const random = seededRandom(seed)
    return { version, ratings: plan.cases.map((one) => ({ ...one, rating: judge(one, random) })) }
  }

  it('alarm at most as often as stated while the judge is the same', () => {
    const alarms = seeds.filter(
      (seed) =>
        findDrift(plan.cases, run(judges.perfect, seed), run(judges.perfect, seed + 1000), 400).causes.length,
    ).length
    // 200 comparisons at a rate of 1%: more than 6 happen once in two hundred
    expect(alarms).toBeLessThanOrEqual(6)
  })

  it('alarm when ratings sink by half a point, and name what changed', () => {
    const harsher = noisy((one) => Math.max(0, fair(one) - 0.5))
    const drift = findDrift(plan.cases, run(judges.perfect, 1), run(harsher, 2))
    expect(drift.causes).toEqual(['ratings'])
    expect(drift.shift).toBeLessThan(-0.2)
    const moved = { ...run(judges.strict, 1), version: { ...version, weightsDigest: 'b', provider: 'cuda' } }
    expect(findDrift(plan.cases, run(judges.strict, 1), moved, 100).causes).toEqual(['weights', 'provider'])
  })

  it('show which of two judges is fooled', () => {
    const comparison = compareJudges(
      plan.cases,
      run(judges.perfect, 1).ratings,
      run(judges.obeysOrders, 2).ratings,
    )
    const better = comparison.filter(({ better }) => better !== null)
    expect(better.map(({ probe, better }) => [probe, better])).toEqual(
      orders.map((probe) => [probe, 'first']),
    )
    // scipy.stats.binomtest(1, 10, 0.5).pvalue
    expect(mcnemar(1, 9)).toBeCloseTo(0.021484375, 9)
    expect(mcnemar(0, 0)).toBe(1)
  })
})

describe('the steadiness of a rating', () => {
  it('grows with samples, and the median resists an outlier', () => {
    const random = seededRandom(5)
    const sample = () => ({ rating: random() < 0.1 ? 0 : 8, expected: 7.2, tokens: 500 })
    const table = compareStability(Array.from({ length: 20 }, () => Array.from({ length: 60 }, sample)))
    const deviation = (summary: string, samples: number) =>
      table.find((row) => row.summary === summary && row.samples === samples)!.deviation
    expect(table[0]!.summary).toBe('expected')
    expect(table.find(({ samples }) => samples === 3)!.tokens).toBe(1500)
    expect(deviation('expected', 1)).toBeCloseTo(0, 5)
    expect(deviation('mean', 3)).toBeLessThan(deviation('mean', 1))
    expect(deviation('median', 5)).toBeLessThan(deviation('mean', 5))
    expect(compareStability([[sample()]])).toEqual([])
  })

  it('summarizes samples', () => {
    expect(summarizeRatings([0, 8, 9], 'median')).toBe(8)
    expect(summarizeRatings([7, 8], 'median')).toBe(7.5)
    expect(summarizeRatings([0, 8, 9, 10], 'trimmed_mean')).toBe(8.5)
    expect(summarizeRatings([0], 'mean')).toBe(0)
    expect(summarizeRatings([], 'mean')).toBeNull()
  })
})
