import { html } from 'hono/html'
import type { JSX } from 'hono/jsx/jsx-runtime'
import type { ContentfulStatusCode, StatusCode } from 'hono/utils/http-status'
import type { ProblemBody } from '../../schema/api/error-body.ts'
import { MessagePage } from './pages/message-page.tsx'
import { ProblemPage } from './pages/problem-page.tsx'
import type { ConsoleContext } from './view.ts'

/** Answers with a page. */
export function show(c: ConsoleContext, page: JSX.Element, status: StatusCode = 200) {
  c.status(status)
  return c.html(html`<!doctype html>${page}`)
}

/** Answers with the API's problem in place of the page. An invalid credential leads to the sign-in page. */
export function showProblem(c: ConsoleContext, title: string, problem: ProblemBody) {
  const view = c.get('view')
  if (problem.status === 401) {
    // the answer to a form has no address to come back to
    const target = c.req.method === 'GET' ? c.req.path + new URL(c.req.url).search : ''
    const page = signInPages[problem.code] ?? '/sign-in'
    return c.redirect(`${page}?next=${encodeURIComponent(target)}`, 303)
  }
  const page = <ProblemPage view={view} title={title} problem={problem} />
  return show(c, page, problem.status as ContentfulStatusCode)
}

const signInPages: Partial<Record<ProblemBody['code'], string>> = {
  operator_required: '/operator/sign-in',
  status_token_required: '/status',
}

export function showRefused(c: ConsoleContext) {
  const view = c.get('view')
  return show(c, <MessagePage view={view} {...view.t.common.refused} />, 403)
}
