import type { z } from 'zod'
import { evaluationQuery } from '../../../schema/api/evaluation-request.ts'

/** Options of an import: another name, and tags. */
export const importQuery = evaluationQuery.pick({ name: true, tags: true })

export type ImportQuery = z.output<typeof importQuery>
