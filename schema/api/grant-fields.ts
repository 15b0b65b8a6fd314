import { z } from 'zod'
import { scopes } from './scopes.ts'

/** ISO 8601 in UTC. */
export const time = z.iso.datetime()
export const scopeList = z.array(z.enum(scopes)).min(1).max(scopes.length)
export const models = z.array(z.string().min(1).max(200)).min(1).max(50)
