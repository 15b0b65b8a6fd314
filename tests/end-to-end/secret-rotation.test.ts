import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { findToken, waitForMail } from '../outbox.ts'
import { unusedPort } from '../unused-port.ts'
import { application } from './application.ts'
import { serve } from './serve.ts'
import { runStart, temporaryState } from './start.ts'

/** The secrets of a service on one machine, replaced as docs/DEPLOY.md says. */

const state = temporaryState()
afterAll(() => state.remove())

const [adminSecret, nodeSecret] = ['another-admin-secret-0000', 'another-node-secret-00000']
const masterSecret = randomBytes(32).toString('base64')

const newestMail = (count: number) => waitForMail(join(state.path, 'outbox'), count)

async function send(url: string, bearer: string | null, body?: unknown) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

it('all three are replaced, and what was sealed before can be read under the new ones alone', async () => {
  let served = await serve({ KEVAL_STATE: state.path })
  const form = (await (await fetch(`${served.gateway}/v1/application-form`)).json()) as {
    consent_version: string
  }
  const consents = { review: true, version: form.consent_version }
  const applied = await send(`${served.gateway}/v1/applications`, null, { ...application, consents })
  const token = findToken(await newestMail(1))
  expect((await send(`${served.gateway}/v1/verifications/${token}`, null)).status).toBe(200)
  await served.stop()
  const first = JSON.parse(readFileSync(join(state.path, 'secrets.json'), 'utf8'))

  const replaced = {
    KEVAL_STATE: state.path,
    ADMIN_SECRET: adminSecret,
    NODE_SECRET: nodeSecret,
    MASTER_SECRET: masterSecret,
  }
  const refused = runStart(
    { ...replaced, PUBLIC_URL: 'http://127.0.0.1:8787', PORT: String(await unusedPort()) },
    { script: 'scripts/serve.ts', args: [] },
  )
  expect(await refused.ended).toBe(1)
  expect(refused.output()).toContain('sealed with another MASTER_SECRET')

  served = await serve({ ...replaced, MASTER_SECRET_PREVIOUS: first.master })
  const rotation = `${served.gateway}/admin/v1/master-secret/rotation`
  expect((await send(rotation, first.admin)).status).toBe(401)
  await vi.waitFor(
    async () => expect((await send(rotation, adminSecret)).body).toMatchObject({ remaining: 0 }),
    { timeout: 30_000, interval: 200 },
  )
  await served.stop()

  served = await serve(replaced)
  const headers = { authorization: `Bearer ${adminSecret}` }
  const listed = (await (await fetch(`${served.gateway}/admin/v1/applications`, { headers })).json()) as {
    data: { id: string; revision: number }[]
  }
  const { id, revision } = listed.data.find((one) => one.id === applied.body.id)!
  const approve = `${served.gateway}/admin/v1/applications/${id}/approve`
  expect((await send(approve, adminSecret, { revision, plan: 'research' })).status).toBe(200)
  // the address is one of the sealed fields
  expect(await newestMail(2)).toContain('To: hana@example.com')
  // the node that is started here has the new secret, too
  await vi.waitFor(
    async () => {
      const nodes = await (await fetch(`${served.gateway}/admin/v1/nodes`, { headers })).text()
      expect(nodes).toContain('"state":"up"')
    },
    { timeout: 60_000, interval: 300 },
  )
  await served.stop()
}, 240_000)
