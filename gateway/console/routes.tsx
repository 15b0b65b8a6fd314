import { Hono } from 'hono'
import { formBody } from '../http/body/form-body.ts'
import { publicOrigin } from '../http/public-origin.ts'
import type { PublicApi } from './api.ts'
import { assetRoutes } from './assets.ts'
import { Brand } from './components/brand.tsx'
import { createView } from './create-view.ts'
import { onPageError } from './page-error.tsx'
import { accountRoutes } from './pages/account/routes.tsx'
import { applyRoutes } from './pages/apply/routes.tsx'
import { auditPages } from './pages/audits/routes.tsx'
import { DocsPage } from './pages/docs/docs-page.tsx'
import type { OpenApiDocument } from './pages/docs/document.ts'
import { ErrorsPage } from './pages/docs/errors-page.tsx'
import { evaluationRoutes } from './pages/evaluations/routes.tsx'
import { judgeRoutes } from './pages/judge/routes.tsx'
import { judgmentRoutes } from './pages/judgments/routes.tsx'
import { linkRoutes } from './pages/links/routes.tsx'
import { MessagePage } from './pages/message-page.tsx'
import { operatorRoutes } from './pages/operator/routes.tsx'
import { sampleModel } from './pages/start/sample-model.ts'
import { StartPage } from './pages/start/start-page.tsx'
import { statusRoutes } from './pages/status/routes.tsx'
import { webhookPages } from './pages/webhooks/routes.tsx'
import { show } from './render.tsx'
import { securityHeaders } from './security-headers.ts'
import { accessSession } from './sessions/access-session.ts'
import { forwardRoutes } from './sessions/forward.ts'
import { sessionRoutes } from './sessions/routes.tsx'
import type { ConsoleEnv } from './view.ts'

/** The console: every page, what pages load, and how they reach the public API. */
export function consoleRoutes(api: PublicApi, openApiDocument: () => unknown) {
  const pages = new Hono<ConsoleEnv>()
  pages.onError(onPageError)
  pages.use(securityHeaders)
  pages.on('POST', '*', (c, next) => {
    if (c.req.path.startsWith('/console/api/')) return next()
    return (c.req.path === '/judge/cards' ? boundedAnswer : boundedForm)(c as never, next)
  })
  pages.use(async (c, next) => {
    c.set('view', await createView(c))
    await next()
  })
  pages.use('/operator/*', accessSession(api))
  pages.get('/', async (c) => {
    const sample = { origin: publicOrigin(c), model: await sampleModel(c) }
    return show(c, <StartPage view={c.get('view')} {...sample} />)
  })
  pages.get('/docs', async (c) => {
    const sample = { origin: publicOrigin(c), model: await sampleModel(c) }
    const document = openApiDocument() as OpenApiDocument
    return show(c, <DocsPage view={c.get('view')} {...sample} document={document} />)
  })
  pages.get('/docs/errors', (c) => show(c, <ErrorsPage view={c.get('view')} />))
  pages.route('/', sessionRoutes(api))
  pages.route('/', forwardRoutes(api))
  pages.route('/', applyRoutes(api))
  pages.route('/', statusRoutes(api))
  pages.route('/', linkRoutes())
  pages.route('/', judgeRoutes(api))
  pages.route('/', judgmentRoutes(api))
  pages.route('/', evaluationRoutes(api))
  pages.route('/', auditPages(api))
  pages.route('/', accountRoutes(api))
  pages.route('/', webhookPages(api))
  pages.route('/', operatorRoutes(api))
  pages.get('*', (c) => {
    // browsers get a page; programs get the API's answer
    const isApi = /^\/(v1|admin\/v1)\//.test(c.req.path)
    if (isApi || !c.req.header('accept')?.includes('text/html')) return c.notFound()
    const view = c.get('view')
    const { title, lead } = view.t.common.notFound
    return show(c, <MessagePage view={view} title={title} lead={lead} />, 404)
  })

  return new Hono<ConsoleEnv>()
    .route('/', assetRoutes())
    .get('/favicon.svg', async (c) =>
      c.body(`${await (<Brand />)}`.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"'), 200, {
        'content-type': 'image/svg+xml',
        'cache-control': 'public, max-age=86400',
      }),
    )
    .route('/', pages)
}

/** A form holds an application at most. */
const boundedForm = formBody(256 * 1024)
/** Sixteen judgments of the longest. */
const boundedAnswer = formBody(4 * 1024 * 1024)
