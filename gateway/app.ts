import { OpenAPIHono } from '@hono/zod-openapi'
import { accessRoutes } from './access/routes.ts'
import { auditRoutes } from './audits/routes.ts'
import { fileRoutes } from './batches/file-routes.ts'
import { batchRoutes } from './batches/routes.ts'
import { consoleRoutes } from './console/routes.tsx'
import { archiveRoutes } from './evaluations/archive/routes.ts'
import { datasetRoutes } from './evaluations/datasets/routes.ts'
import { reportRoutes } from './evaluations/report-routes.ts'
import { evaluationRoutes } from './evaluations/routes.ts'
import { rowRoutes } from './evaluations/rows/routes.ts'
import { shareLinkRoutes } from './evaluations/sharing/share-link-routes.ts'
import { sharedRoutes } from './evaluations/sharing/shared-routes.ts'
import { tagRoutes } from './evaluations/tag-routes.ts'
import type { GatewayEnv } from './http/context.ts'
import { onError, onNotFound } from './http/failure-response.ts'
import { openApiDocument } from './http/openapi-document.ts'
import { requestFrame } from './http/request-frame.ts'
import { requireValidUrl } from './http/require-valid-url.ts'
import { indexRoutes } from './http/route-index.ts'
import { createIsolate, type Isolate } from './isolate.ts'
import { judgmentRoutes } from './judging/routes.ts'
import { nodeLeaseRoutes } from './nodes/joining/lease-routes.ts'
import { joinTokenRoutes } from './nodes/joining/token-routes.ts'
import { nodeAdminRoutes } from './nodes/registry/admin-routes.ts'
import { modelRoutes } from './nodes/registry/model-routes.ts'
import { nodeThroughputRoutes } from './nodes/registry/throughput-routes.ts'
import { connectRoute } from './nodes/tunnel/connect-route.ts'
import { transferRoutes } from './transfer/routes.ts'
import { rollupRoutes } from './usage/rollup-routes.ts'
import { workloadRoutes } from './usage/workload-routes.ts'
import { webhookRoutes } from './webhooks/routes.ts'

/** The whole gateway: middleware in the order a request meets it, then the route table. */
export function createApp(isolate: Isolate = createIsolate()) {
  const app = new OpenAPIHono<GatewayEnv>()
  app.onError(onError)
  app.notFound(onNotFound(once(() => indexRoutes(app.routes))))
  app.use(requestFrame(isolate.log))
  app.use((c, next) => {
    requireValidUrl(c.req.url, c.req.header('host'))
    c.set('services', isolate.services(c.env))
    return next()
  })

  for (const path of ['/healthz', '/health']) app.get(path, (c) => c.json({ status: 'ok' }))
  app.route('/', judgmentRoutes())
  app.route('/', modelRoutes())
  // before the routes of one evaluation: history is no id
  app.route('/', tagRoutes())
  app.route('/', evaluationRoutes())
  app.route('/', datasetRoutes())
  app.route('/', archiveRoutes())
  app.route('/', reportRoutes())
  app.route('/', shareLinkRoutes())
  app.route('/', sharedRoutes())
  app.route('/', rowRoutes())
  app.route('/', auditRoutes())
  app.route('/', fileRoutes())
  app.route('/', batchRoutes())
  app.route('/', nodeAdminRoutes())
  app.route('/', joinTokenRoutes())
  app.route('/', nodeLeaseRoutes())
  app.route('/', connectRoute())
  app.route('/', nodeThroughputRoutes())
  app.route('/', rollupRoutes())
  app.route('/', workloadRoutes())
  app.route('/', transferRoutes())
  app.route('/', webhookRoutes())
  app.route('/', accessRoutes())
  const document = once(() => openApiDocument(app))
  const json = once(() => JSON.stringify(document()))
  app.get('/openapi.json', (c) => c.body(json(), 200, { 'content-type': 'application/json' }))
  app.route('/', consoleRoutes(app, document))
  return app
}

/** Computes a value when it is first needed, and keeps it for the isolate. */
function once<T>(compute: () => T): () => T {
  let known: { value: T } | undefined
  return () => {
    known ??= { value: compute() }
    return known.value
  }
}
