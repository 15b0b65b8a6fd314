import { html } from 'hono/html'
import type { JSX } from 'hono/jsx/jsx-runtime'
import type { StatusCode } from 'hono/utils/http-status'
import type { ConsoleContext } from './view.ts'

/** Answers with a page. */
export function show(c: ConsoleContext, page: JSX.Element, status: StatusCode = 200) {
  c.status(status)
  return c.html(html`<!doctype html>${page}`)
}
