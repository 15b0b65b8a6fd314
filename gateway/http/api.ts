import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { described } from '../../schema/api/described.ts'
import { errorCodes } from '../../schema/api/error-codes.ts'
import type { Scope } from '../../schema/api/scopes.ts'
import { messageParams } from '../../schema/messages/schemas.ts'
import { jsonBody, noBody } from './body/json-body.ts'
import { streamedBody } from './body/streamed-body.ts'
import type { GatewayEnv } from './context.ts'
import { onInvalid, openAiPaths } from './failure-response.ts'
import { idempotent, type Repetition } from './idempotency.ts'
import { requireApplicant } from './require-applicant.ts'
import { requireOperator } from './require-operator.ts'
import { requireScope } from './require-scope.ts'

/**
 * Access to a route: public, an API key with a scope, an operator, or an
 * application's status token. It is declared with the route and enforced from the same declaration, so the
 * OpenAPI document is the authorisation table.
 */
export type Access = 'open' | 'operator' | 'applicant' | { scope: Scope | Scope[] }

interface RouteRules {
  access: Access
  /** How an answer is replayed under its `Idempotency-Key`, for requests that use tokens. */
  idempotent?: Repetition
  /** May answer before the body is read and checked. */
  shortCut?: MiddlewareHandler<GatewayEnv>
}

/** A route that declares a body declares its largest size in bytes as well; one without a body reads none. */
type BodyLimit<R> = R extends { request: { body: object } } ? { bodyLimit: number } : { bodyLimit?: never }

type Route = Omit<RouteConfig, 'middleware' | 'security'>

const problem = z.object({
  type: z.string().meta(described('Where the code is explained', '코드를 설명하는 곳')),
  title: z
    .string()
    .meta(
      described(
        'What the code means, the same for every such failure',
        '코드의 뜻. 같은 오류에서는 늘 같습니다',
      ),
    ),
  status: z.number().meta(described('The HTTP status', 'HTTP 상태')),
  detail: z
    .string()
    .meta(
      described(
        'What happened this time, in the language of `Accept-Language`',
        '이번 오류의 내용. `Accept-Language`에 따른 언어',
      ),
    ),
  code: z.enum(Object.keys(errorCodes) as [string, ...string[]]),
  reason: z.string().meta(described('The stable code of `detail`', '`detail`의 고정 코드')),
  params: messageParams.optional(),
  source: z.enum(['gateway', 'node']).meta(described('Which side failed', '어느 쪽의 오류인지')),
  request_id: z
    .string()
    .meta(
      described(
        'As in the header `x-request-id` and in the logs',
        '`x-request-id` 헤더와 로그에 있는 것과 같음',
      ),
    ),
  errors: z
    .array(
      z.object({
        field: z.string().meta(described('Its path in the body', '본문에서의 경로')),
        code: z.string().meta(described('The stable code of `message`', '`message`의 고정 코드')),
        params: messageParams.optional(),
        message: z
          .string()
          .meta(
            described(
              'What is allowed, in the language of `Accept-Language`',
              '허용되는 값. `Accept-Language`에 따른 언어',
            ),
          ),
      }),
    )
    .optional()
    .meta(described('What is wrong with the request, field by field', '요청에서 잘못된 것, 항목마다')),
})

const openAiError = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z
      .string()
      .nullable()
      .meta(described('The wrong field, where one is', '잘못된 항목이 있으면 그 이름')),
    code: problem.shape.code,
    source: problem.shape.source,
    request_id: problem.shape.request_id,
    doc_url: problem.shape.type,
    errors: problem.shape.errors,
  }),
})

/** A route as the API declares it: zod schemas in, access enforced, failures documented. */
export function apiRoute<R extends Route>(rules: RouteRules & BodyLimit<NoInfer<R>>, config: R) {
  const middleware: MiddlewareHandler<GatewayEnv>[] = [
    ...guards(rules.access),
    bodyReader(config, rules.bodyLimit),
  ]
  if (rules.idempotent) middleware.push(idempotent(rules.idempotent))
  if (rules.shortCut) middleware.push(rules.shortCut)
  return createRoute({
    ...config,
    middleware,
    security: toSecurity(rules.access),
    responses: {
      ...config.responses,
      default: {
        ...described('A failure', '오류'),
        content: openAiPaths.test(config.path)
          ? { 'application/json': { schema: openAiError } }
          : { 'application/problem+json': { schema: problem } },
      },
    },
  } as R & { middleware: typeof middleware })
}

/** A set of routes with the failure handling every part of the API shares. */
export const apiRoutes = () => new OpenAPIHono<GatewayEnv>({ defaultHook: onInvalid as never })

function bodyReader({ method, path, request }: Route, limit: number | undefined) {
  const body = request?.body
  if ((body === undefined) !== (limit === undefined)) {
    throw new Error(`${method} ${path} declares a body without its bound, or a bound without a body.`)
  }
  if (body === undefined || limit === undefined) return noBody
  const takesJson = 'application/json' in body.content
  return takesJson ? jsonBody(limit, { required: body.required === true }) : streamedBody(limit)
}

function guards(access: Access): MiddlewareHandler<GatewayEnv>[] {
  if (access === 'operator') return [requireOperator]
  if (access === 'applicant') return [requireApplicant]
  if (typeof access === 'object') return [requireScope(...[access.scope].flat())]
  return []
}

function toSecurity(access: Access): Record<string, string[]>[] {
  if (access === 'open') return []
  if (access === 'operator') return [{ operator: [] }]
  if (access === 'applicant') return [{ statusToken: [] }]
  return [{ apiKey: [access.scope].flat() }]
}
