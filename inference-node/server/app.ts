import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type { Logger } from 'pino'
import { FailureError, reason } from '../../schema/api/errors.ts'
import { nodeHeaders } from '../../schema/api/node-status.ts'
import { type ChatServices, chatHandler } from './chat.ts'
import type { NodeEnv } from './context.ts'
import { expectedFailure, failureResponse, unexpected } from './failures.ts'
import { requireSecret } from './secret.ts'
import { health, modelList, type StatusSources } from './status.ts'

export interface AppOptions {
  chat: ChatServices
  status: StatusSources
  secret: string | null
  log: Logger
}

/** The whole route table of the node. */
export function createApp({ chat, status, secret, log }: AppOptions): Hono<NodeEnv> {
  const app = new Hono<NodeEnv>()
  app.use(identify(log))

  for (const path of ['/health', '/healthz'])
    app.get(path, (c) => {
      const report = health(status)
      return c.json(report, report.status === 'ready' ? 200 : 503, { 'cache-control': 'no-store' })
    })

  app.use('/metrics', requireSecret(secret))
  app.get('/metrics', async (c) =>
    c.body(await chat.metrics.registry.metrics(), 200, { 'content-type': chat.metrics.registry.contentType }),
  )

  app.use('/v1/*', requireSecret(secret))
  app.get('/v1/models', (c) => c.json(modelList(status)))
  app.get('/v1/models/:id{.+}', (c) => {
    const model = modelList(status).data.find(({ id }) => id === c.req.param('id'))
    if (model !== undefined) return c.json(model)
    return fail(c, new FailureError({ code: 'model_not_found', ...reason('no_model_here'), source: 'node' }))
  })
  app.use('/v1/chat/completions', countRequests(chat))
  app.post('/v1/chat/completions', chatHandler(chat))

  for (const [path, methods] of [
    ['/health', 'GET'],
    ['/healthz', 'GET'],
    ['/metrics', 'GET'],
    ['/v1/models', 'GET'],
    ['/v1/models/:id{.+}', 'GET'],
    ['/v1/chat/completions', 'POST'],
  ] as const)
    app.all(path, (c) => {
      c.header('allow', methods)
      return fail(
        c,
        new FailureError({
          code: 'method_not_allowed',
          ...reason('method_not_allowed', { path: c.req.path, methods }),
          source: 'node',
        }),
      )
    })
  app.notFound((c) =>
    fail(
      c,
      new FailureError({
        code: 'not_found',
        ...reason('no_node_route', { method: c.req.method, path: c.req.path.slice(0, 200) }),
        source: 'node',
      }),
    ),
  )
  app.onError((error, c) => fail(c, error, chat))
  return app
}

/** Gives every request an id, the caller's if it sent a sane one, and a log that carries it. */
function identify(log: Logger) {
  return async (c: Context<NodeEnv>, next: () => Promise<void>) => {
    const given = c.req.header(nodeHeaders.requestId) ?? ''
    const requestId = /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
    const traceparent = c.req.header(nodeHeaders.traceparent)?.slice(0, 64)
    c.set('requestId', requestId)
    c.set('log', log.child({ request_id: requestId, ...(traceparent && { traceparent }) }))
    c.header(nodeHeaders.requestId, requestId)
    await next()
  }
}

function countRequests({ metrics }: ChatServices) {
  return async (c: Context<NodeEnv>, next: () => Promise<void>) => {
    await next()
    metrics.requests.inc({ status: String(c.res.status) })
  }
}

function fail(c: Context<NodeEnv>, error: Error, chat?: ChatServices): Response {
  const failure = expectedFailure(error) ?? unexpected
  chat?.metrics.rejections.inc({ code: failure.code })
  if (failure === unexpected) {
    const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line))
    c.get('log').error({ name: error.name, frames }, 'unexpected')
  } else
    c.get('log').info({ code: failure.code, fields: failure.errors?.map(({ field }) => field) }, 'refused')
  return failureResponse(c, failure)
}
