import type { Turn } from '../../judge/render.ts'
import { type TemplateName, templateNames, templates } from '../../judge/templates.ts'

export interface RecognizedPrompt {
  template: TemplateName
  turns: Turn[]
}

/** Extracts template and texts from a rendered prompt; null if it matches no template. */
export function recognizePrompt(user: string): RecognizedPrompt | null {
  for (const template of templateNames) {
    const values = valuesIn(templates[template].user, user)
    if (values !== null) return { template, turns: toTurns(template, values) }
  }
  return null
}

/** Extracts the placeholders' values if all other text is the template's own. */
function valuesIn(template: string, user: string): Map<string, string> | null {
  const [first, ...rest] = template.split(/(\{\w+\})/)
  if (!user.startsWith(first!)) return null
  const values = new Map<string, string>()
  let at = first!.length
  for (let part = 0; part < rest.length; part += 2) {
    const name = rest[part]!.slice(1, -1)
    const literal = rest[part + 1]!
    const isLast = part + 2 >= rest.length
    // the published math inputs end with one more blank than the template
    const end = isLast ? user.trimEnd().length - literal.length : user.indexOf(literal, at)
    if (end < at || !user.startsWith(literal, end)) return null
    values.set(name, user.slice(at, end))
    at = end + literal.length
  }
  return values
}

function toTurns(template: TemplateName, values: Map<string, string>): Turn[] {
  const turn = (suffix: string): Turn => ({
    question: values.get(`question${suffix}`) ?? '',
    answer: values.get(`answer${suffix}`) ?? '',
    ...(templates[template].reference && { reference: values.get(`ref_answer${suffix || '_1'}`) ?? '' }),
  })
  return templates[template].turns === 2 ? [turn('_1'), turn('_2')] : [turn('')]
}
