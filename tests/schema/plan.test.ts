import { describe, expect, it } from 'vitest'
import { type PlannedJudgment, planRow } from '../../schema/evaluation-input/plan.ts'
import { PreviewCounts } from '../../schema/evaluation-input/preview.ts'
import { createNotes } from '../../schema/evaluation-input/read-rows.ts'
import { isReferenceCategory } from '../../schema/evaluation-input/reference-categories.ts'
import type { EvaluationRow } from '../../schema/evaluation-input/row.ts'

describe('the plan of a row', () => {
  const row = (over: Partial<EvaluationRow>): EvaluationRow => ({
    id: '1',
    idIsGiven: false,
    category: null,
    model: null,
    label: null,
    input: { turns: [{ question: 'q', answer: 'a' }] },
    ...over,
  })
  const withReference = { turns: [{ question: 'q', answer: 'a', reference: 'r' }] }
  const twoTurns = {
    turns: [
      { question: 'q1', answer: 'a1', reference: 'r1' },
      { question: 'q2', answer: 'a2' },
    ],
  }
  const names = (of: EvaluationRow, protocol: 'ko-bench' | 'simple-keval' = 'ko-bench') => {
    const planned = planRow(of, { protocol, template: null })
    return Array.isArray(planned) ? planned.map(({ template }) => template) : planned
  }

  it('follows from category, reference and turns under ko-bench', () => {
    expect(names(row({}))).toEqual(['single-v1'])
    expect(names(row({ input: withReference }))).toEqual(['single-math-v1'])
    expect(names(row({ input: withReference, category: 'math' }))).toEqual(['single-math-v1'])
    expect(names(row({ input: withReference, category: 'stem' }))).toEqual(['single-v1'])
    expect(names(row({ category: 'math' }))).toEqual(['single-v1'])
    expect(names(row({ input: twoTurns, category: 'coding' }))).toEqual([
      'single-math-v1',
      'single-math-v1-multi-turn',
    ])
    expect(names(row({ input: twoTurns, category: 'writing' }))).toEqual([
      'single-v1',
      'single-v1-multi-turn',
    ])
  })

  it('is the published run under simple-keval: first turn, math template, reference or not', () => {
    expect(names(row({}), 'simple-keval')).toEqual(['single-math-v1'])
    const planned = planRow(row({ input: twoTurns }), { protocol: 'simple-keval', template: null })
    expect(planned).toMatchObject([
      { turn: 1, template: 'single-math-v1', turns: [{ question: 'q1', answer: 'a1', reference: 'r1' }] },
    ])
  })

  it('shows references where the template has room, also empty ones, and nowhere else', () => {
    const math = planRow(row({}), { protocol: 'ko-bench', template: 'single-math-v1' })
    expect(math).toMatchObject([{ turns: [{ question: 'q', answer: 'a', reference: '' }] }])
    const general = planRow(row({ input: withReference }), { protocol: 'ko-bench', template: 'single-v1' })
    expect(general).toMatchObject([{ turn: 1, template: 'single-v1' }])
    expect((general as PlannedJudgment[])[0]!.turns).toEqual([{ question: 'q', answer: 'a' }])
    expect(planRow(row({}), { protocol: 'ko-bench', template: 'single-v1-multi-turn' })).toMatchObject({
      code: 'template_needs_two_turns',
    })
  })

  it.each([
    ['수학(Math)', true],
    ['추론(Reasoning)', true],
    ['코딩(Coding)', true],
    ['수학'.normalize('NFD'), true],
    [' MATH ', true],
    ['Ｍａｔｈ', true],
    ['Logical-Reasoning', true],
    ['math / algebra', true],
    ['글쓰기(Writing)', false],
    ['이해(Understanding)', false],
    ['aftermath', false],
    ['__proto__', false],
  ])('shows the reference in the category %s: %s', (category, expected) => {
    expect(isReferenceCategory(category)).toBe(expected)
    const planned = planRow(row({ category, input: withReference }), { protocol: 'ko-bench', template: null })
    expect(planned).toMatchObject([{ template: expected ? 'single-math-v1' : 'single-v1' }])
  })

  it('counts whatever text is a name', () => {
    const counts = new PreviewCounts(1)
    counts.add(row({ category: '__proto__', model: 'constructor' }), [], null)
    counts.add(row({ category: 'constructor', model: '__proto__' }), [], null)
    const { categories, models } = counts.result(createNotes())
    expect(Object.entries(categories)).toEqual([
      ['__proto__', 1],
      ['constructor', 1],
    ])
    expect(Object.entries(models)).toEqual([
      ['constructor', 1],
      ['__proto__', 1],
    ])
  })

  it('adds up to a preview', () => {
    const counts = new PreviewCounts(3)
    for (const of of [row({ label: 0 }), row({ input: twoTurns, category: 'writing', model: 'm' })]) {
      const planned = planRow(of, { protocol: 'ko-bench', template: null })
      if (Array.isArray(planned)) counts.add(of, planned, 'ko-bench')
    }
    const notes = createNotes()
    notes.ignoredFields.add('x')
    expect(counts.result(notes)).toMatchObject({
      rows: 2,
      judgments: 9,
      turns: { 1: 1, 2: 1 },
      labels: 1,
      references: 1,
      references_not_shown: 1,
      categories: { writing: 1 },
      models: { m: 1 },
      templates: { 'single-v1': 2, 'single-v1-multi-turn': 1 },
      published: { 'ko-bench': 2, 'keval-testset': 0 },
      ignored_fields: ['x'],
    })
  })

  it('names five hundred categories at most and counts the others together', () => {
    const counts = new PreviewCounts(1)
    for (let number = 0; number < 503; number++) counts.add(row({ category: `c${number}` }), [], null)
    const { categories } = counts.result(createNotes())
    expect(Object.keys(categories)).toHaveLength(501)
    expect(categories['(others)']).toBe(3)
  })
})
