import { createMiddleware } from 'hono/factory'
import type { ConsoleContext, ConsoleEnv } from './view.ts'

const challenges = 'https://challenges.cloudflare.com'

const policy = (challenge: boolean) =>
  [
    "default-src 'none'",
    `script-src 'self'${challenge ? ` ${challenges}` : ''}`,
    ...(challenge ? [`frame-src ${challenges}`] : []),
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // Turnstile's own script writes markup
    ...(challenge ? [] : ["require-trusted-types-for 'script'", 'trusted-types']),
  ].join('; ')

/**
 * Content security policy of every page: nothing from elsewhere, nothing inline, no script that writes markup.
 * Pages are never kept: what they show depends on who is signed in.
 */
export const securityHeaders = createMiddleware<ConsoleEnv>(async (c, next) => {
  await next()
  // a report brings a policy of its own
  if (!c.res.headers.has('content-security-policy'))
    c.header('content-security-policy', policy(c.get('challenge') === true))
  c.header('x-content-type-options', 'nosniff')
  c.header('referrer-policy', 'same-origin')
  c.header('cross-origin-opener-policy', 'same-origin')
  c.header('permissions-policy', 'camera=(), microphone=(), geolocation=()')
  if (c.res.headers.get('cache-control') === null) c.header('cache-control', 'no-store')
})

/** Lets this one page load Cloudflare's check against automated forms, where the operator has switched it on. */
export const allowChallenge = (c: ConsoleContext) => c.set('challenge', true)
