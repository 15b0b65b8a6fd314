import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { apply, asOperator, call, decide, filesMails, ownGate, verified } from './gate.ts'
import { everything, listSealed } from './tables.ts'

filesMails()

/** Calls as somebody who signed in with the admin secret and gave a name. */
const as = (name: string) => (method: string, path: string, body?: unknown) =>
  call(method, path, {
    token: env.ADMIN_SECRET,
    headers: { 'x-operator-name': encodeURIComponent(name) },
    ...(body !== undefined && { body }),
  })
const mina = as('민아')
const juno = as('Juno')

const applicationPath = (id: string) => `/admin/v1/applications/${id}`

describe('an operator with the admin secret', () => {
  it('is told apart by the given name in the audit log, and refused where the name is none', async () => {
    const { id } = await verified()
    await mina('GET', applicationPath(id))
    await asOperator('GET', applicationPath(id))
    const { body } = await asOperator('GET', `/admin/v1/audit?subject=${id}`)
    expect(body.data.map(({ actor }: { actor: string }) => actor)).toEqual([
      'admin-secret',
      'admin-secret:민아',
    ])
    for (const wrong of ['%', encodeURIComponent('두\n줄'), '%20', 'x'.repeat(41)]) {
      const answer = await call('GET', applicationPath(id), {
        token: env.ADMIN_SECRET,
        headers: { 'x-operator-name': wrong },
      })
      expect(answer.body, wrong).toMatchObject({ status: 400, reason: 'operator_name' })
    }
    const guess = await call('GET', applicationPath(id), {
      token: 'a-wrong-secret-of-24-characters',
      headers: { 'x-operator-name': 'Juno' },
    })
    expect(guess.status).toBe(401)
  })
})

describe('an assignment', () => {
  it('is made by a reviewer, shown by name, filtered by, changed, lifted and logged', async () => {
    const first = await verified({ email: 'a@example.com' })
    const second = await verified({ email: 'b@example.com' })
    await mina('GET', applicationPath(first.id))
    await juno('GET', applicationPath(first.id))
    const reviewers = await mina('GET', '/admin/v1/reviewers')
    expect(
      reviewers.body.data.map(({ name, you }: { name: string; you: boolean }) => [name, you]).sort(),
    ).toEqual([
      ['Juno', false],
      ['민아', true],
    ])
    const taken = await mina('POST', `${applicationPath(first.id)}/assign`, { reviewer: 'me', shown: null })
    expect(taken.body.assignee).toEqual({ id: 'admin-secret:민아', name: '민아', you: true })

    const list = async (who: typeof mina, query: string) =>
      (await who('GET', `/admin/v1/applications?${query}`)).body.data.map(({ id }: { id: string }) => id)
    expect(await list(mina, 'assignee=me')).toEqual([first.id])
    expect(await list(juno, 'assignee=me')).toEqual([])
    expect(await list(juno, `assignee=${encodeURIComponent('admin-secret:민아')}`)).toEqual([first.id])
    expect(await list(juno, 'assignee=none')).toEqual([second.id])

    const handed = { reviewer: 'admin-secret:Juno', shown: 'admin-secret:민아' }
    expect((await mina('POST', `${applicationPath(first.id)}/assign`, handed)).body.assignee).toMatchObject({
      name: 'Juno',
      you: false,
    })
    const lifted = { reviewer: null, shown: 'admin-secret:Juno' }
    expect((await juno('POST', `${applicationPath(first.id)}/assign`, lifted)).body.assignee).toBeNull()
    const log = await asOperator('GET', `/admin/v1/audit?subject=${first.id}&action=application.assign`)
    expect(log.body.data.map(({ detail }: { detail: object }) => detail)).toEqual([
      { before: 'admin-secret:Juno', reviewer: null },
      { before: 'admin-secret:민아', reviewer: 'admin-secret:Juno' },
      { before: null, reviewer: 'admin-secret:민아' },
    ])
  })

  it('is refused where somebody else was assigned meanwhile, and to nobody who reviews', async () => {
    const { id } = await verified()
    await juno('POST', `${applicationPath(id)}/assign`, { reviewer: 'me', shown: null })
    const late = await mina('POST', `${applicationPath(id)}/assign`, { reviewer: 'me', shown: null })
    expect(late.body).toMatchObject({ status: 409, reason: 'application_assigned' })
    const unknown = { reviewer: 'admin-secret:nobody', shown: 'admin-secret:Juno' }
    expect((await mina('POST', `${applicationPath(id)}/assign`, unknown)).body).toMatchObject({
      status: 404,
      reason: 'no_reviewer',
    })
    expect((await asOperator('GET', applicationPath(id))).body.assignee.name).toBe('Juno')
  })

  it('leaves the list to those who wait longest', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const old = await verified({ email: 'old@example.com' })
    vi.setSystemTime(Date.now() + 3 * 86_400_000)
    await verified({ email: 'new@example.com' })
    const waiting = await asOperator('GET', '/admin/v1/applications?waiting_days=3')
    expect(waiting.body.data.map(({ id }: { id: string }) => id)).toEqual([old.id])
    expect((await asOperator('GET', '/admin/v1/applications?waiting_days=0')).status).toBe(400)
  })
})

describe('a note', () => {
  const text = '소속을 전화로 확인함. Zq9Memo'

  it('is read by reviewers alone, logged without its text, and lies sealed', async () => {
    const { id, statusToken } = await verified()
    const added = await mina('POST', `${applicationPath(id)}/notes`, { text })
    expect(added.body).toMatchObject({ author: '민아', text })
    await juno('POST', `${applicationPath(id)}/notes`, { text: '동의함' })
    const shown = await juno('GET', applicationPath(id))
    expect(
      shown.body.notes.map(({ author, text }: { author: string; text: string }) => [author, text]),
    ).toEqual([
      ['민아', text],
      ['Juno', '동의함'],
    ])
    expect(new Date(shown.body.notes[0].at).getTime()).toBeGreaterThan(Date.now() - 60_000)
    for (const path of [`/v1/applications/${id}`, `/v1/applications/${id}/data`]) {
      expect((await call('GET', path, { token: statusToken })).text).not.toContain('Zq9Memo')
    }
    const log = await asOperator('GET', `/admin/v1/audit?action=application.note`)
    expect(log.body.data.map(({ actor }: { actor: string }) => actor)).toEqual([
      'admin-secret:Juno',
      'admin-secret:민아',
    ])
    for (const rows of Object.values(await everything())) expect(rows.join()).not.toContain('Zq9Memo')
  })

  it('survives a changed master secret', async () => {
    const { id } = await verified()
    await mina('POST', `${applicationPath(id)}/notes`, { text })
    const MASTER_SECRET = btoa('another-master-secret-of-the-tests-0000')
    const rotated = { ...env, MASTER_SECRET, MASTER_SECRET_PREVIOUS: env.MASTER_SECRET! }
    const gate = ownGate({ env: rotated })
    while ((await gate.rotateMasterSecret()).remaining > 0);
    expect((await ownGate({ env: { ...env, MASTER_SECRET } }).reviewNotes.list(id))[0]?.text).toBe(text)
  })

  it('goes with the personal data, also where it races with the destruction', async () => {
    const { id, statusToken } = await verified()
    await mina('POST', `${applicationPath(id)}/notes`, { text })
    expect(await listSealed(id)).toHaveLength(3)
    await call('DELETE', `/v1/applications/${id}`, { token: statusToken })
    expect(await listSealed(id)).toEqual([])
    expect((await asOperator('GET', applicationPath(id))).body.notes).toEqual([])
    const late = await mina('POST', `${applicationPath(id)}/notes`, { text })
    expect(late.body).toMatchObject({ status: 409, reason: 'personal_data_destroyed' })

    const gate = ownGate()
    const stale = { ...(await gate.applications.get(id)), dataDestroyedAt: null }
    vi.spyOn(gate.applications, 'get').mockResolvedValue(stale)
    await gate.reviewNotes.add(id, text, { id: 'admin-secret', name: 'admin-secret' })
    expect(await listSealed(id)).toEqual([])
  })

  it('is refused before the address is verified, and bounded in length', async () => {
    const { id } = await apply()
    expect((await mina('POST', `${applicationPath(id)}/notes`, { text })).body.reason).toBe(
      'email_unverified',
    )
    const ok = await verified({ email: 'c@example.com' })
    const long = await mina('POST', `${applicationPath(ok.id)}/notes`, { text: 'x'.repeat(4001) })
    expect(long.body.errors[0].field).toBe('text')
    expect((await decide(ok.id, 'approve')).status).toBe(200)
  })
})
