import type { en } from './en.ts'
import { caveats } from './ko/caveats.ts'
import { fields } from './ko/fields.ts'
import { nodes } from './ko/nodes.ts'
import { requests } from './ko/requests.ts'
import { resources } from './ko/resources.ts'
import { uploads } from './ko/uploads.ts'

/** Every message of the API in Korean; the keys and the parameters are those of the English ones. */
export const ko: Record<keyof typeof en, string> = {
  ...fields,
  ...uploads,
  ...requests,
  ...resources,
  ...nodes,
  ...caveats,
}
