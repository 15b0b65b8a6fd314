import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { problemBody } from '../../schema/api/error-body.ts'
import type { GatewayContext } from '../http/context.ts'
import { onError, toFailure } from '../http/failure-response.ts'
import { createView } from './create-view.ts'
import { ProblemPage } from './pages/problem-page.tsx'
import { show } from './render.tsx'
import type { ConsoleContext } from './view.ts'

/** Shows a browser why a page failed, as a page; scripts get the answer of the API. */
export async function onPageError(error: Error, c: ConsoleContext): Promise<Response> {
  const context = c as unknown as GatewayContext
  const failure = toFailure(error, context)
  // what a page needs may be what failed
  const view = c.req.header('accept')?.includes('text/html')
    ? (c.get('view') ?? (await createView(c).catch(() => null)))
    : null
  if (view === null) return onError(error, context)
  c.get('logFields').code = failure.code
  if (failure.retryAfter !== undefined) c.header('retry-after', String(Math.ceil(failure.retryAfter)))
  const problem = problemBody(failure, c.get('requestId'), view.language)
  const page = <ProblemPage view={view} title={view.t.common.unexpected} problem={problem} />
  return show(c, page, problem.status as ContentfulStatusCode)
}
