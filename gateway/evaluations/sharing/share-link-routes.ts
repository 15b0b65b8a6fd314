import { z } from 'zod'
import { described, summarized } from '../../../schema/api/described.ts'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import {
  createdShareLink,
  newShareLink,
  type shareLink,
  shareLinkList,
} from '../../../schema/api/share-links.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { idInPath, jsonAnswer, jsonBody, noStore } from '../../http/route-parts.ts'
import { findEvaluation } from '../find-evaluation.ts'
import { maxLinks, type ShareLinkRow } from './share-link-store.ts'

const access = { scope: 'manage' } as const

const create = apiRoute(
  { access, bodyLimit: 4096 },
  {
    method: 'post',
    path: '/v1/evaluations/{id}/share-links',
    ...summarized('Share the report of an evaluation with a link', '평가 보고서를 링크로 공유'),
    request: { params: idInPath, body: jsonBody(newShareLink) },
    responses: {
      201: jsonAnswer(described('The link, with its address', '링크와 그 주소'), createdShareLink),
    },
  },
)

const list = apiRoute(
  { access },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/share-links',
    ...summarized('List the links that share an evaluation', '평가를 공유하는 링크 목록'),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The links', '링크 목록'), shareLinkList) },
  },
)

const revoke = apiRoute(
  { access },
  {
    method: 'delete',
    path: '/v1/evaluations/{id}/share-links/{link}',
    ...summarized('Revoke a link', '링크 취소'),
    request: { params: idInPath.extend({ link: z.string().max(64) }) },
    responses: { 204: described('Revoked', '취소됨') },
  },
)

/** Links that share the report of an evaluation. `PUBLIC_URL` or the address of the request is where they lead. */
export function shareLinkRoutes() {
  return apiRoutes()
    .openapi(create, async (c) => {
      const { tenantId, keyId } = c.get('identity')
      const { id: evaluationId } = await findEvaluation(c, c.req.valid('param').id)
      const { show_rows: showsRows, expires_in_days: days } = c.req.valid('json')
      const { shareLinks } = c.get('services')
      const made = await shareLinks.create({ tenantId, evaluationId, showsRows, keyId }, days)
      if (made === null) {
        throw new FailureError({
          code: 'conflict',
          ...reason('too_many_share_links', { maximum: maxLinks }),
          source: 'gateway',
        })
      }
      const origin = (c.env.PUBLIC_URL || new URL(c.req.url).origin).replace(/\/+$/, '')
      return c.json({ ...toView(made.link), url: `${origin}/shared/${made.token}` }, 201, noStore)
    })
    .openapi(list, async (c) => {
      const { id } = await findEvaluation(c, c.req.valid('param').id)
      const links = await c.get('services').shareLinks.list(c.get('identity').tenantId, id)
      return c.json({ object: 'list' as const, data: links.map(toView) }, 200)
    })
    .openapi(revoke, async (c) => {
      const { id, link } = c.req.valid('param')
      if (!(await c.get('services').shareLinks.revoke(c.get('identity').tenantId, id, link)))
        noSuchShareLink()
      return c.body(null, 204)
    })
}

/** A wrong, an expired and a revoked link answer the same. */
export function noSuchShareLink(): never {
  throw new FailureError({ code: 'not_found', ...reason('no_share_link'), source: 'gateway' })
}

const toView = ({
  id,
  evaluationId,
  showsRows,
  createdAt,
  expiresAt,
}: ShareLinkRow): z.output<typeof shareLink> => ({
  id,
  object: 'share_link',
  evaluation: evaluationId,
  show_rows: showsRows,
  created_at: new Date(createdAt).toISOString(),
  expires_at: new Date(expiresAt).toISOString(),
})
