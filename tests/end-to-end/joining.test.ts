import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { JoinTokenCreated } from '../../schema/api/node-join.ts'
import type { NodeView } from '../../schema/api/nodes.ts'
import { type RunningGateway, startGateway } from '../built-gateway.ts'
import { launchNode, type RunningNode, untilHealth } from '../node/server/fixtures.ts'
import { temporaryState } from './start.ts'

/** Nodes that register themselves: real processes of keval-node and the built Worker. */

const state = temporaryState()
let gateway: RunningGateway

beforeAll(async () => {
  gateway = await startGateway({ NODES: '' })
})
afterAll(async () => {
  await gateway.stop()
  state.remove()
})

async function createToken(body: object = {}): Promise<JoinTokenCreated> {
  const response = await gateway.operator('/admin/v1/node-join-tokens', body)
  expect(response.status).toBe(201)
  return (await response.json()) as JoinTokenCreated
}

const credentialFile = (id: string) => join(state.path, `${id}.json`)

function launch(id: string, token: string | null, port?: number): Promise<RunningNode> {
  const options = ['--gateway', gateway.url, '--node-id', id, '--credential-file', credentialFile(id)]
  if (port !== undefined) options.push('--port', String(port))
  return launchNode(options, token === null ? {} : { KEVAL_JOIN_TOKEN: token })
}

async function readNodes(): Promise<NodeView[]> {
  const response = await gateway.operator('/admin/v1/nodes')
  return ((await response.json()) as { data: NodeView[] }).data
}

const readNode = async (id: string) => (await readNodes()).find((node) => node.id === id)

async function readAudit(id: string): Promise<string[]> {
  const response = await gateway.operator('/admin/v1/audit?limit=100')
  const { data } = (await response.json()) as { data: { action: string; subject: string }[] }
  return data.filter(({ subject }) => subject === id).map(({ action }) => action)
}

const judge = (answer: string) =>
  gateway.call('/v1/judgments', { model: 'keval-mini', question: '수도는?', answer, max_tokens: 8 })

const joined = (node: RunningNode, words: string) =>
  vi.waitFor(() => expect(node.output()).toContain(words), { timeout: 60_000, interval: 50 })

const sendJoin = (bearer: string, id: string) =>
  fetch(`${gateway.url}/nodes/v1/join`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id, url: 'http://127.0.0.1:9', secret: 's'.repeat(32) }),
  })

describe('a node with a join token', () => {
  it('registers, judges, says when it ends, and returns with its credential alone', async () => {
    const { id: tokenId, token } = await createToken({ note: 'seoul' })
    const node = await launch('seoul-1', token)
    await joined(node, 'joined the gateway')
    const view = await vi.waitFor(async () => {
      const found = await readNode('seoul-1')
      expect(found).toMatchObject({ health: { state: 'up', models: ['keval-mini'] } })
      return found!
    })
    expect(view).toMatchObject({
      has_secret: true,
      draining: false,
      lease: { leaving: false, version: '0.1.0' },
    })
    expect((await judge('서울')).status).toBe(200)
    // nobody else can ask it
    expect((await fetch(`${node.url}/v1/models`)).status).toBe(401)

    // the credential lies in a file of its owner's alone, and the token nowhere
    expect(statSync(credentialFile('seoul-1')).mode & 0o077).toBe(0)
    const stored = readFileSync(credentialFile('seoul-1'), 'utf8')
    expect(stored).not.toContain(token)
    expect(node.output()).not.toContain(token)
    expect(node.output()).not.toContain(JSON.parse(stored).credential)

    expect(await node.stop()).toBe(0)
    expect(await readNode('seoul-1')).toMatchObject({ lease: { leaving: true } })
    // the token is used up: what lets it in is the credential of the earlier run
    const again = await launch('seoul-1', null, node.port)
    await joined(again, 'returned to the gateway')
    expect(await readNode('seoul-1')).toMatchObject({ lease: { leaving: false } })
    expect((await judge('서울특별시')).status).toBe(200)
    expect(await readAudit('seoul-1')).toEqual(['node.return', 'node.leave', 'node.join'])
    expect(await readAudit(tokenId)).toEqual(['node_token.create'])

    // the operator's removal is the end of the credential
    expect((await gateway.operator('/admin/v1/nodes/seoul-1', undefined, 'DELETE')).status).toBe(204)
    await again.stop()
    const refused = await launch('seoul-1', null)
    expect(await refused.ended).toBe(1)
    expect(refused.output()).toContain('refuses this node')
  })

  it('does not start where the token is none, and keeps no credential', async () => {
    const node = await launch('nobody', `njt_${'0'.repeat(20)}.${'0'.repeat(43)}`)
    expect(await node.ended).toBe(1)
    expect(node.output()).toContain('unknown, expired or used up')
    expect(existsSync(credentialFile('nobody'))).toBe(false)
  })

  it('does not start where no header takes the token, and says so without showing it', async () => {
    const node = await launch('hangul', 'njt_초대장')
    expect(await node.ended).not.toBe(0)
    expect(node.output()).toContain('KEVAL_JOIN_TOKEN may have printable ASCII characters only')
    expect(node.output()).not.toContain('초대장')
  })

  it('waits for a gateway that does not answer yet', async () => {
    const { token } = await createToken()
    const port = Number(new URL(gateway.url).port)
    await gateway.miniflare.dispose()
    const node = await launch('early', token)
    await untilHealth(node, ({ status }) => status === 'ready')
    await joined(node, 'the gateway does not answer')
    await gateway.restart()
    expect(Number(new URL(gateway.url).port)).toBe(port)
    await joined(node, 'joined the gateway')
    await node.stop()
  })
})

describe('a join token', () => {
  it('is good for as many nodes as it says, also when they come together', async () => {
    const { token, id } = await createToken({ max_uses: 2 })
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => sendJoin(token, `many-${name}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 401, 401])
    const response = await gateway.operator('/admin/v1/node-join-tokens')
    const text = await response.text()
    expect(JSON.parse(text).data).toContainEqual(expect.objectContaining({ id, uses: 2, max_uses: 2 }))
    expect(text).not.toContain(token)
  })

  it('takes no id that is in use, and counts no use then', async () => {
    const { token, id } = await createToken({ max_uses: 2 })
    expect((await sendJoin(token, 'taken')).status).toBe(201)
    expect((await sendJoin(token, 'taken')).status).toBe(409)
    const response = await gateway.operator('/admin/v1/node-join-tokens')
    const { data } = (await response.json()) as { data: { id: string; uses: number }[] }
    expect(data.find((row) => row.id === id)?.uses).toBe(1)
  })

  it('ends when it is revoked', async () => {
    const { id, token } = await createToken()
    const path = `/admin/v1/node-join-tokens/${id}`
    expect((await gateway.operator(path, undefined, 'DELETE')).status).toBe(204)
    expect((await gateway.operator(path, undefined, 'DELETE')).status).toBe(404)
    expect((await sendJoin(token, 'late')).status).toBe(401)
  })

  it('opens nothing else, and a credential renews its own node alone', async () => {
    const { token } = await createToken()
    const { credential } = (await (await sendJoin(token, 'own')).json()) as { credential: string }
    const renew = (id: string, bearer: string) =>
      fetch(`${gateway.url}/nodes/v1/${id}/lease`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        body: JSON.stringify({ url: 'http://127.0.0.1:9', secret: 's'.repeat(32), leaving: false }),
      })
    expect((await renew('own', credential)).status).toBe(200)
    expect((await renew('own', token)).status).toBe(401)
    expect((await renew('many-a', credential)).status).toBe(401)
    for (const bearer of [token, credential]) {
      const response = await fetch(`${gateway.url}/admin/v1/nodes`, {
        headers: { authorization: `Bearer ${bearer}` },
      })
      expect(response.status).toBe(401)
    }
  })
})
