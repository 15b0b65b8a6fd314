import { describe, expect, it } from 'vitest'
import { apply, approved, asOperator, call, decide, filesMails, linkTo, tenantWithKey } from './gate.ts'

filesMails()

describe('the whole way', () => {
  it('goes from the form to a working key', async () => {
    const applicant = await apply()
    const token = { token: applicant.statusToken }
    expect((await call('GET', `/v1/applications/${applicant.id}`, token)).body).toMatchObject({
      status: 'submitted',
      waiting_for: 'applicant',
    })

    const verification = await linkTo('hana@example.com', 'verify')
    expect((await call('POST', `/v1/verifications/${verification}`)).body.status).toBe('verified')

    const list = await asOperator('GET', '/admin/v1/applications')
    expect(list.body.data.map(({ id }: { id: string }) => id)).toEqual([applicant.id])
    expect(list.text).not.toContain('hana')

    const shown = await asOperator('GET', `/admin/v1/applications/${applicant.id}`)
    expect(shown.body).toMatchObject({ status: 'in_review', request: { model: 'keval-2-9b' } })
    expect(shown.text).not.toContain('hana@example.com')

    const person = await asOperator('POST', `/admin/v1/applications/${applicant.id}/reveal`, {
      reason: 'Review',
    })
    expect(person.body.person).toMatchObject({ name: '김하나', email: 'hana@example.com' })

    const approval = await decide(applicant.id, 'approve', { plan: 'research' })
    expect(approval.body).toMatchObject({ status: 'approved' })
    expect(approval.text).not.toMatch(/kev_|kot_/)

    const claim = await linkTo('hana@example.com', 'claim')
    const claimed = await call('POST', `/v1/claims/${claim}`)
    expect(claimed.status).toBe(201)
    expect(claimed.body.key).toMatch(/^kev_live_\w{36}$/)
    expect(claimed.headers.get('cache-control')).toBe('no-store')

    const keys = await call('GET', '/v1/keys', { token: claimed.body.key })
    expect(keys.body.data).toMatchObject([{ id: claimed.body.id, status: 'active', name: 'First key' }])
    expect(keys.text).not.toContain(claimed.body.key)

    expect((await call('POST', `/v1/claims/${claim}`)).body.code).toBe('link_not_valid')
  })

  it('gives exactly one key to two claims at once', async () => {
    const { claim, tenantId } = await approved()
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('POST', `/v1/claims/${claim}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 404, 404, 404, 404])
    const key = answers.find(({ status }) => status === 201)!.body.key
    expect((await call('GET', '/v1/keys', { token: key })).body.data).toHaveLength(1)
    expect((await asOperator('GET', `/admin/v1/tenants/${tenantId}`)).body.plan).toBe('research')
  })

  it('makes the demo tenant again and again with the same working key', async () => {
    const first = await asOperator('PUT', '/admin/v1/demo')
    const second = await asOperator('PUT', '/admin/v1/demo')
    expect(first.body.key).toMatch(/^kev_test_/)
    expect(second.body.key).toBe(first.body.key)
    expect((await call('GET', '/v1/keys', { token: first.body.key })).status).toBe(200)
  })

  it('destroys everything on withdrawal, also after the key was handed out', async () => {
    const { id, statusToken, key } = await tenantWithKey()
    const answer = await call('DELETE', `/v1/applications/${id}`, { token: statusToken })
    expect(answer.body.status).toBe('withdrawn')
    expect((await call('GET', '/v1/keys', { token: key })).body.code).toBe('invalid_api_key')
  })
})
