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
 * Access to a route: public, an API key with a scope, an operator, an application's status token, or a node's join
 * token or credential, which the route's handler checks with what it looks up. It is declared with the route and enforced from the same declaration, so the
 * OpenAPI document is the authorisation table.
 */
export type Access = 'open' | 'operator' | 'applicant' | 'node' | { scope: Scope | Scope[] }

interface RouteRules {
  access: Access
  /** Replays an answer under its `Idempotency-Key`; set for requests that use tokens. */
  idempotent?: Repetition
}

/** A route that declares a body declares its largest size in bytes as well; one without a body reads none. */
type BodyLimit<R> = R extends { request: { body: object } } ? { bodyLimit: number } : { bodyLimit?: never }

type Route = Omit<RouteConfig, 'middleware' | 'security'>

const problem = z.object({
  type: z.string().meta(described('Link to the documentation of the code', '오류 코드 설명 링크')),
  title: z.string().meta(described('Title of the code', '오류 코드의 제목')),
  status: z.number().meta(described('The HTTP status', 'HTTP 상태')),
  detail: z
    .string()
    .meta(
      described(
        'Explanation of this failure, in the language of `Accept-Language`',
        '이번 오류에 대한 설명. 언어는 `Accept-Language`를 따릅니다',
      ),
    ),
  code: z.enum(Object.keys(errorCodes) as [string, ...string[]]),
  reason: z.string().meta(described('The stable code of `detail`', '`detail`의 고정 코드')),
  params: messageParams.optional(),
  source: z.enum(['gateway', 'node']).meta(described('Where the failure occurred', '오류가 발생한 위치')),
  request_id: z
    .string()
    .meta(
      described(
        'Same as the header `x-request-id`; also in the logs',
        '`x-request-id` 헤더와 같은 값. 로그에도 남습니다',
      ),
    ),
  errors: z
    .array(
      z.object({
        field: z.string().meta(described('Path of the field', '항목 경로')),
        code: z.string().meta(described('The stable code of `message`', '`message`의 고정 코드')),
        params: messageParams.optional(),
        message: z
          .string()
          .meta(
            described(
              'What is allowed, in the language of `Accept-Language`',
              '허용되는 값. 언어는 `Accept-Language`를 따릅니다',
            ),
          ),
      }),
    )
    .optional()
    .meta(described('Errors by field', '항목별 오류')),
})

const openAiError = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable().meta(described('The wrong field; null if none', '잘못된 항목. 없으면 null')),
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
  if (access === 'node') return [{ node: [] }]
  return [{ apiKey: [access.scope].flat() }]
}
