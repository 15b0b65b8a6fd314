import type { z } from 'zod'
import { evaluationQuery } from '../../../schema/api/evaluation-request.ts'

/** What an importer may say: another name, and tags of its own. */
export const importQuery = evaluationQuery.pick({ name: true, tags: true })

export type ImportQuery = z.output<typeof importQuery>
