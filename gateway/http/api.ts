import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { errorCodes } from '../../schema/api/errors.ts'
import type { Scope } from '../../schema/api/scopes.ts'
import { boundedBody } from './bounded-body.ts'
import type { GatewayEnv } from './context.ts'
import { onInvalid } from './failure-response.ts'
import { idempotent } from './idempotency.ts'
import { jsonOnly } from './json-body.ts'
import { requireApplicant } from './require-applicant.ts'
import { requireOperator } from './require-operator.ts'
import { requireScope } from './require-scope.ts'

/**
 * Who may call a route: anybody, the bearer of an API key with a scope, an operator, or the holder of an
 * application's status token. It is declared with the route and enforced from the same declaration, so the
 * OpenAPI document is the authorisation table.
 */
export type Access = 'open' | 'operator' | 'applicant' | { scope: Scope }

interface RouteRules {
  access: Access
  /** Largest body in bytes, for routes that take JSON. */
  bodyLimit?: number
  /** Whether an `Idempotency-Key` is honoured: for requests that cost. */
  idempotent?: boolean
  /** May answer before the body is read and checked. */
  shortCut?: MiddlewareHandler<GatewayEnv>
}

const problem = z.object({
  type: z.string().meta({ description: 'Where the code is explained' }),
  title: z.string().meta({ description: 'What the code means, the same for every such failure' }),
  status: z.number().meta({ description: 'The HTTP status' }),
  detail: z.string().meta({ description: 'What happened this time' }),
  code: z.enum(Object.keys(errorCodes) as [string, ...string[]]),
  source: z.enum(['gateway', 'node']).meta({ description: 'Which side failed' }),
  request_id: z.string().meta({ description: 'As in the header `x-request-id` and in the logs' }),
  errors: z
    .array(z.object({ field: z.string(), message: z.string() }))
    .optional()
    .meta({ description: 'What is wrong with the request, field by field' }),
})

/** A route as the API declares it: zod schemas in, access enforced, failures documented. */
export function apiRoute<R extends Omit<RouteConfig, 'middleware' | 'security'>>(
  rules: RouteRules,
  config: R,
) {
  const middleware: MiddlewareHandler<GatewayEnv>[] = [...guards(rules.access)]
  if (rules.bodyLimit !== undefined) middleware.push(boundedBody(rules.bodyLimit), jsonOnly)
  if (rules.idempotent) middleware.push(idempotent)
  if (rules.shortCut) middleware.push(rules.shortCut)
  return createRoute({
    ...config,
    middleware,
    security: securityOf(rules.access),
    responses: {
      ...config.responses,
      default: { description: 'A failure', content: { 'application/problem+json': { schema: problem } } },
    },
  } as R & { middleware: typeof middleware })
}

/** A set of routes with the failure handling every part of the API shares. */
export const apiRoutes = () => new OpenAPIHono<GatewayEnv>({ defaultHook: onInvalid as never })

function guards(access: Access): MiddlewareHandler<GatewayEnv>[] {
  if (access === 'operator') return [requireOperator]
  if (access === 'applicant') return [requireApplicant]
  if (typeof access === 'object') return [requireScope(access.scope)]
  return []
}

function securityOf(access: Access): Record<string, string[]>[] {
  if (access === 'open') return []
  if (access === 'operator') return [{ operator: [] }]
  if (access === 'applicant') return [{ statusToken: [] }]
  return [{ apiKey: [access.scope] }]
}
