import { z } from '@hono/zod-openapi'
import { submitted } from '../../../schema/api/access.ts'
import { described, summarized } from '../../../schema/api/described.ts'
import { FailureError } from '../../../schema/api/errors.ts'
import { claimed } from '../../../schema/api/keys.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { clientAddress } from '../../http/client-address.ts'
import type { GatewayContext } from '../../http/context.ts'
import { jsonAnswer, jsonBody, noStore } from '../../http/route-parts.ts'
import { afterAnswer } from '../mails/send-mails.ts'
import { freshKeyView } from '../views.ts'
import { statusLinksFromOneAddress, wrongLinksFromOneAddress } from './attempt-limits.ts'

const tags = ['applications']
const token = z.object({ token: z.string().max(128) })

const verify = apiRoute(
  { access: 'open' },
  {
    method: 'post',
    path: '/v1/verifications/{token}',
    tags,
    ...summarized(
      'Verify the email address with the token from the emailed link',
      '메일로 받은 링크로 이메일 인증',
    ),
    request: { params: token },
    responses: {
      200: jsonAnswer(
        described('Verified; the review starts', '인증됨. 심사가 시작됩니다'),
        z.object({ id: z.string(), status: z.string() }),
      ),
    },
  },
)

const claim = apiRoute(
  { access: 'open' },
  {
    method: 'post',
    path: '/v1/claims/{token}',
    tags,
    ...summarized(
      'Claim the API key with the token from the approval email; works once',
      '승인 메일의 링크로 API 키 수령(1회)',
    ),
    request: { params: token },
    responses: {
      201: jsonAnswer(described('The key, shown only once', 'API 키. 한 번만 표시됩니다'), claimed),
    },
  },
)

const askForStatusLink = apiRoute(
  { access: 'open', bodyLimit: 4 * 1024 },
  {
    method: 'post',
    path: '/v1/status-links',
    tags,
    ...summarized('Request a new status link by email', '신청 상태 링크를 메일로 다시 받기'),
    request: { body: jsonBody(z.strictObject({ email: z.email().max(254) })) },
    responses: {
      202: jsonAnswer(
        described(
          'An email is sent if this address has an application',
          '이 주소로 접수된 신청이 있으면 메일을 보냅니다',
        ),
        z.object({ accepted: z.literal(true) }),
      ),
    },
  },
)

const redeemStatusLink = apiRoute(
  { access: 'open' },
  {
    method: 'post',
    path: '/v1/status-links/{token}',
    tags,
    ...summarized('Exchange the emailed link for a new status token', '메일 링크를 새 상태 토큰으로 교환'),
    request: { params: token },
    responses: {
      201: jsonAnswer(
        described('The status token, shown only once', '상태 토큰. 한 번만 표시됩니다'),
        submitted,
      ),
    },
  },
)

/** Work that begins at once would delay answers: one process serves both. */
const lookupDelayMs = 500

/** Routes of the one-time links in mails. */
export function linkRoutes() {
  const routes = apiRoutes()

  routes.openapi(verify, async (c) => {
    const { applicationService, reviewerNotice } = c.get('services').access
    const application = await boundFailures(c, applicationService.verify(c.req.valid('param').token))
    afterAnswer(c, reviewerNotice.send())
    return c.json({ id: application.id, status: application.status }, 200, noStore)
  })

  routes.openapi(claim, async (c) => {
    const { claimService } = c.get('services').access
    const fresh = await boundFailures(c, claimService.claim(c.req.valid('param').token))
    const { id: tenantId, planId } = fresh.tenant
    return c.json({ tenant_id: tenantId, plan: planId, ...freshKeyView(fresh, Date.now()) }, 201, noStore)
  })

  routes.openapi(askForStatusLink, async (c) => {
    const { statusLinks, limiter } = c.get('services').access
    await limiter.demand(statusLinksFromOneAddress, clientAddress(c))
    const { email } = c.req.valid('json')
    // the lookup begins when the answer has left, so that the response time does not reveal whether the address is known
    afterAnswer(
      c,
      scheduler.wait(lookupDelayMs).then(() => statusLinks.mailTo(email)),
    )
    return c.json({ accepted: true as const }, 202, noStore)
  })

  routes.openapi(redeemStatusLink, async (c) => {
    const { statusLinks } = c.get('services').access
    const { application, statusToken } = await boundFailures(
      c,
      statusLinks.redeem(c.req.valid('param').token),
    )
    return c.json({ id: application.id, status_token: statusToken, status: application.status }, 201, noStore)
  })

  return routes
}

/** Counts links that open nothing against the client address; a right link works from a bounded address, too. */
async function boundFailures<T>(c: GatewayContext, redeemed: Promise<T>): Promise<T> {
  try {
    return await redeemed
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'link_not_valid') {
      await c.get('services').access.limiter.demand(wrongLinksFromOneAddress, clientAddress(c))
    }
    throw error
  }
}
