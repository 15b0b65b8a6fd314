import { caveats } from './en/caveats.ts'
import { fields } from './en/fields.ts'
import { nodes } from './en/nodes.ts'
import { requests } from './en/requests.ts'
import { resources } from './en/resources.ts'
import { uploads } from './en/uploads.ts'

/**
 * Every message of the API in English, by its code. A word in braces is a parameter. Messages about a field follow
 * the name of the field: "answer: must not be empty".
 */
export const en = {
  ...fields,
  ...uploads,
  ...requests,
  ...resources,
  ...nodes,
  ...caveats,
} as const
