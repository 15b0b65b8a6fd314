import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CreatedShareLink, ShareLink } from '../../schema/api/share-links.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'

let node: JudgingNode
let gateway: EvaluatingGateway
let id: string

beforeAll(async () => {
  node = await judgingNode('judge')
  node.write = ({ messages }) => {
    const content = messages.at(-1)!.content
    return content.includes('형식') ? '평점을 줄 수 없습니다.' : '설명 비밀입니다.\nRating: [[7]]'
  }
  gateway = await startEvaluating({ NODES: node.url })
  id = await gateway.begin('model=judge&name=shared', [
    { id: 'secret-row-1', question: '질문 하나', answer: '답변 본문' },
    { id: 'secret-row-2', question: '형식', answer: '둘째 답변' },
  ])
  await gateway.ended(id)
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})

async function share(body: object): Promise<CreatedShareLink> {
  const response = await gateway.call(`/v1/evaluations/${id}/share-links`, body)
  expect(response.status).toBe(201)
  expect(response.headers.get('cache-control')).toBe('no-store')
  return (await response.json()) as CreatedShareLink
}
const links = async () => (await gateway.get<{ data: ShareLink[] }>(`/v1/evaluations/${id}/share-links`)).data

describe('a share link', () => {
  it('shows the report without the rows to whoever has it', async () => {
    const { url, expires_at, show_rows } = await share({ expires_in_days: 2 })
    expect(show_rows).toBe(false)
    expect(Date.parse(expires_at) - Date.now()).toBeLessThanOrEqual(2 * 86_400_000)
    const page = await fetch(url, { headers: { 'accept-language': 'ko' } })
    expect(page.status).toBe(200)
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'x-robots-tag': 'noindex, nofollow',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    const text = await page.text()
    expect(text).toContain('<html lang="ko">')
    expect(text).toContain('shared')
    expect(text).not.toMatch(/secret-row|답변 본문|설명 비밀/)
    expect(text).not.toContain('/rows')
    expect((await fetch(`${url}/rows`)).status).toBe(404)
    expect(await (await fetch(`${url}?language=en`)).text()).toContain('<html lang="en">')
  })

  it('shows the rows where its owner said so', async () => {
    const { url } = await share({ show_rows: true })
    const page = await (await fetch(url)).text()
    const path = /href="(\/shared\/[^"]+format=csv)"/.exec(page)![1]!.replaceAll('&amp;', '&')
    const csv = await fetch(gateway.url + path)
    expect(csv.headers.get('x-robots-tag')).toBe('noindex, nofollow')
    expect(await csv.text()).toContain('답변 본문')
    const rows = (await (await fetch(`${url}/rows`)).text()).trim().split('\n')
    expect(rows).toHaveLength(2)
  })

  it('is listed without its token, and opens nothing once it is revoked', async () => {
    const { url, id: link } = await share({})
    const token = url.split('/').at(-1)!
    const listed = await links()
    expect(listed.map((one) => one.id)).toContain(link)
    expect(JSON.stringify(listed)).not.toContain(token)
    const path = `/v1/evaluations/${id}/share-links/${link}`
    expect((await gateway.fetch(path, { method: 'DELETE' })).status).toBe(204)
    expect((await gateway.fetch(path, { method: 'DELETE' })).status).toBe(404)
    expect((await fetch(url)).status).toBe(404)
  })

  it('answers wrong, revoked and malformed tokens alike', async () => {
    const { url } = await share({})
    for (const wrong of [
      `${url.slice(0, -1)}${url.endsWith('a') ? 'b' : 'a'}`,
      `${gateway.url}/shared/x`,
      `${url}0`,
    ]) {
      const response = await fetch(wrong)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ code: 'not_found', reason: 'no_share_link' })
    }
  })

  it('stores no token, and needs the scope to manage', async () => {
    const { url } = await share({})
    const database = await gateway.miniflare.getD1Database('DB')
    const stored = JSON.stringify((await database.prepare('select * from share_links').all()).results)
    expect(stored).not.toContain(url.split('/').at(-1)!)
    const reader = (await (await gateway.call('/v1/keys', { name: 'reader', scopes: ['read'] })).json()) as {
      key: string
    }
    const headers = { authorization: `Bearer ${reader.key}` }
    expect((await fetch(`${gateway.url}/v1/evaluations/${id}/share-links`, { headers })).status).toBe(403)
  })

  it('expires', async () => {
    const { url, id: link } = await share({ expires_in_days: 1 })
    const database = await gateway.miniflare.getD1Database('DB')
    await database
      .prepare('update share_links set expires_at = ? where id = ?')
      .bind(Date.now() - 1, link)
      .run()
    expect((await fetch(url)).status).toBe(404)
    expect((await links()).map((one) => one.id)).not.toContain(link)
  })

  it.each([
    [{ expires_in_days: 0 }, 'expires_in_days'],
    [{ expires_in_days: 91 }, 'expires_in_days'],
    [{ show_rows: 'yes' }, 'show_rows'],
  ])('with %j is refused by the name of its field', async (body, field) => {
    const response = await gateway.call(`/v1/evaluations/${id}/share-links`, body)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(field)
  })

  it('opens nothing while its tenant is suspended', async () => {
    const { url } = await share({})
    const step = (name: string) =>
      gateway.operator(`/admin/v1/tenants/ten_demo/${name}`, { reason: 'a test' })
    expect((await step('suspend')).status).toBe(200)
    expect((await fetch(url)).status).toBe(404)
    expect((await step('resume')).status).toBe(200)
    expect((await fetch(url)).status).toBe(200)
  })

  it('is bounded in number also when many are made at once', async () => {
    const room = 20 - (await links()).length
    const made = await Promise.all(
      Array.from({ length: 40 }, () => gateway.call(`/v1/evaluations/${id}/share-links`, {})),
    )
    expect(made.filter(({ status }) => status === 201)).toHaveLength(room)
    expect(await links()).toHaveLength(20)
  })

  it('is bounded in number, and opens nothing once the evaluation is deleted', async () => {
    const open = await links()
    for (let count = open.length; count < 20; count++) await share({})
    const { url: _, ...refused } = (await (
      await gateway.call(`/v1/evaluations/${id}/share-links`, {})
    ).json()) as { url?: string; code: string }
    expect(refused).toMatchObject({ code: 'conflict', reason: 'too_many_share_links' })
    await gateway.fetch(`/v1/evaluations/${id}/share-links/${open[0]!.id}`, { method: 'DELETE' })
    const { url } = await share({})
    await gateway.fetch(`/v1/evaluations/${id}`, { method: 'DELETE' })
    expect((await fetch(url)).status).toBe(404)
  })
})
