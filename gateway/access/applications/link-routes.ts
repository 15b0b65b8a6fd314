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
      'Confirm the e-mail address with the link from the mail',
      '메일의 링크로 이메일 주소를 확인합니다',
    ),
    request: { params: token },
    responses: {
      200: jsonAnswer(
        described('Confirmed; the review begins', '확인되었습니다. 심사가 시작됩니다'),
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
      'Receive the API key, once, with the link from the approval mail',
      '승인 메일의 링크로 API 키를 한 번 받습니다',
    ),
    request: { params: token },
    responses: { 201: jsonAnswer(described('The key, shown once', '키. 한 번만 보여 줍니다'), claimed) },
  },
)

const askForStatusLink = apiRoute(
  { access: 'open', bodyLimit: 4 * 1024 },
  {
    method: 'post',
    path: '/v1/status-links',
    tags,
    ...summarized(
      'Have a link to the status mailed, when the status token is lost',
      '상태 토큰을 잃었을 때 진행 상황 링크를 메일로 받습니다',
    ),
    request: { body: jsonBody(z.strictObject({ email: z.email().max(254) })) },
    responses: {
      202: jsonAnswer(
        described(
          'If there is an application of this address, a mail is on its way',
          '이 주소의 신청이 있으면 메일이 갑니다',
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
    ...summarized(
      'Trade the link from the mail for a fresh status token',
      '메일의 링크를 새 상태 토큰으로 바꿉니다',
    ),
    request: { params: token },
    responses: {
      201: jsonAnswer(described('The status token, shown once', '상태 토큰. 한 번만 보여 줍니다'), submitted),
    },
  },
)

/** Routes of the one-time links in mails. */
export function linkRoutes() {
  const routes = apiRoutes()

  routes.openapi(verify, async (c) => {
    const { applicationService } = c.get('services').access
    const application = await boundFailures(c, applicationService.verify(c.req.valid('param').token))
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
    // the lookup runs after the answer, so that the response time does not reveal whether the address is known
    afterAnswer(c, statusLinks.mailTo(c.req.valid('json').email))
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
