import { sha256Hex } from '../../../schema/judge/sha256.ts'
import { type TemplateName, templates } from '../../../schema/judge/templates.ts'

/** Names the exact text of a template. */
export const digestTemplate = (name: TemplateName): Promise<string> =>
  sha256Hex(JSON.stringify([templates[name].system, templates[name].user]))
