import { templates } from '../judge/templates.ts'

type Rule = Record<string, unknown>

const required = (...fields: string[]): Rule => ({ required: fields })
const without = (...fields: string[]): Rule => ({ not: { anyOf: fields.map((field) => required(field)) } })
const where = (field: string, value: unknown, then: Rule): Rule => ({
  if: { properties: { [field]: { const: value } }, ...required(field) },
  then,
})

/** The combinations of fields that a judgment takes, as JSON Schema: what `misfits` checks, for the API document. */
export const judgmentRequestRules = {
  oneOf: [
    { ...required('question', 'answer'), ...without('turns') },
    { ...required('turns'), ...without('question', 'answer', 'reference') },
  ],
  allOf: [
    ...Object.values(templates).map(({ name, turns, reference }) =>
      where('template', name, textsFor(turns, reference)),
    ),
    where('protocol', 'simple-keval', {
      ...without('turns'),
      properties: { template: { const: 'single-math-v1' } },
    }),
    where('stream', true, { properties: { n: { const: 1 } } }),
  ],
}

function textsFor(turns: number, reference: boolean): Rule {
  const rule = reference ? required('reference') : without('reference')
  return turns === 1
    ? { allOf: [without('turns'), rule] }
    : { ...required('turns'), properties: { turns: { items: rule } } }
}
