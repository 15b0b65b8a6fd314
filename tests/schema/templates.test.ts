import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chooseTemplate, renderMessages } from '../../schema/judge/render.ts'
import { templateNames, templates } from '../../schema/judge/templates.ts'
import { publishedTemplates, publishedTestInputs, whenPublished } from '../published-data.ts'

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)

describe('templates', () => {
  it('are the bytes keval was trained on', () => {
    const digests = Object.fromEntries(
      templateNames.map((name) => [
        name,
        `${digest(templates[name].system)} ${digest(templates[name].user)}`,
      ]),
    )
    expect(digests).toEqual({
      'single-v1': 'e3b0c44298fc1c14 47fb715793f084f1',
      'single-math-v1': 'e3b0c44298fc1c14 70b3bf10f267795a',
      'single-v1-multi-turn': '912ac9d267bfff0c d87b878622fcfb52',
      'single-math-v1-multi-turn': '4dc02b7178601fc3 276d212b4f68450f',
    })
  })

  it.each([
    ['single-v1', [{ question: 'q', answer: 'a' }]],
    ['single-math-v1', [{ question: 'q', answer: 'a', reference: '' }]],
    [
      'single-v1-multi-turn',
      [
        { question: 'q', answer: 'a' },
        { question: 'q', answer: 'a' },
      ],
    ],
    [
      'single-math-v1-multi-turn',
      [
        { question: 'q', answer: 'a' },
        { question: 'q', answer: 'a', reference: 'r' },
      ],
    ],
  ])('%s follows from what is given', (name, turns) => {
    expect(chooseTemplate(turns)).toBe(name)
  })

  it('leaves placeholders and replacement patterns in user text alone', () => {
    const [message] = renderMessages('single-v1', [
      { question: '{answer} $& $1 {question}', answer: '{question}' },
    ])
    expect(message?.content).toContain('[Question]\n{answer} $& $1 {question}\n')
    expect(message?.content).toContain('[어시스턴트 답변의 시작]\n{question}\n[어시스턴트 답변의 끝]')
  })

  it('has no system message where the template has none', () => {
    expect(renderMessages('single-v1', [{ question: 'q', answer: 'a' }])).toHaveLength(1)
    const twoTurns = [
      { question: 'q1', answer: 'a1' },
      { question: 'q2', answer: 'a2' },
    ]
    expect(renderMessages('single-v1-multi-turn', twoTurns).map(({ role }) => role)).toEqual([
      'system',
      'user',
    ])
  })
})

whenPublished('published templates and test inputs', () => {
  it('equal ours byte for byte', () => {
    for (const [name, published] of Object.entries(publishedTemplates())) {
      const { system, user } = templates[name as keyof typeof templates]
      expect({ system, user }, name).toEqual(published)
    }
  })

  it('are what we render from the question, answer and reference inside them', () => {
    const inputs = publishedTestInputs()
    expect(inputs).toHaveLength(22)
    const seen = new Set<string>()
    for (const input of inputs) {
      const found = templateNames
        .map((name) => ({ name, turns: unrender(name, input.user) }))
        .find(({ turns }) => turns)
      expect(found, input.user.slice(0, 80)).toBeDefined()
      seen.add(found!.name)
      const rendered = renderMessages(found!.name, found!.turns!).at(-1)!.content
      // the published single-math-v1 inputs carry one more blank behind the last bracket
      expect([rendered, `${rendered} `]).toContain(input.user)
    }
    expect(seen.size).toBeGreaterThan(1)
  })
})

/** Reads the texts back out of a rendered prompt, by the fixed text of the template around them. */
function unrender(name: keyof typeof templates, user: string) {
  const names: string[] = []
  const pattern = templates[name].user
    .split(/(\{\w+\})/)
    .map((part) => {
      if (!/^\{\w+\}$/.test(part)) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      names.push(part.slice(1, -1))
      return '([\\s\\S]*?)'
    })
    .join('')
  const match = new RegExp(`^${pattern} ?$`).exec(user)
  if (match === null) return null
  const value = (key: string) => (names.includes(key) ? match[names.indexOf(key) + 1] : undefined)
  const turn = (suffix: string) => ({
    question: value(`question${suffix}`) ?? '',
    answer: value(`answer${suffix}`) ?? '',
    reference: value(`ref_answer${suffix === '' ? '_1' : suffix}`),
  })
  return templates[name].turns === 1 ? [turn('')] : [turn('_1'), turn('_2')]
}
