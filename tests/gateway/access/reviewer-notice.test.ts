import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import { maintenance } from '../../../gateway/access/maintenance.ts'
import { apply, asOperator, filesMails, outbox, ownGate, verified } from './gate.ts'

filesMails()

const reviewers = 'reviewers@example.com'
const gate = () =>
  ownGate({ env: { ...env, REVIEWER_MAIL: reviewers, PUBLIC_URL: 'https://keval.example/' } })
const notices = () => outbox.filter(({ to }) => to === reviewers)

it('one mail tells of the first application at once, and one an hour later of all that came since', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  await apply({ email: 'unverified@example.com' })
  await gate().reviewerNotice.send()
  expect(notices()).toEqual([])

  await verified({ email: 'a@example.com', name: '김비밀' })
  await Promise.all([gate().reviewerNotice.send(), gate().reviewerNotice.send()])
  expect(notices()).toHaveLength(1)
  const { subject, text } = notices()[0]!
  expect(text).toContain('https://keval.example/operator/applications\n')
  expect(text).toContain('1건')
  for (const personal of ['김비밀', 'a@example.com', 'app_']) expect(subject + text).not.toContain(personal)

  vi.setSystemTime(Date.now() + 60_000)
  await verified({ email: 'b@example.com' })
  vi.setSystemTime(Date.now() + 60_000)
  await verified({ email: 'c@example.com' })
  await gate().reviewerNotice.send()
  expect(notices()).toHaveLength(1)
  vi.setSystemTime(Date.now() + 3_600_000)
  await maintenance(gate())
  expect(notices()).toHaveLength(2)
  expect(notices()[1]!.text).toContain('3건')

  vi.setSystemTime(Date.now() + 3_600_000)
  await maintenance(gate())
  expect(notices()).toHaveLength(2)
})

it('says nothing of applications that somebody has opened, and nothing without an address', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  const { id } = await verified()
  await ownGate().reviewerNotice.send()
  await asOperator('GET', `/admin/v1/applications/${id}`)
  await gate().reviewerNotice.send()
  expect(notices()).toEqual([])
})

it('is sent again where the transport fails', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  await verified()
  vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response(null, { status: 503 }))
  await gate().reviewerNotice.send()
  expect(notices()).toEqual([])
  vi.setSystemTime(Date.now() + 61_000)
  await maintenance(gate())
  expect(notices()).toHaveLength(1)
})
