import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Event,
  isOpen,
  nextStatus,
  steps,
  waitingFor,
} from '../../../gateway/access/applications/states.ts'
import {
  type ApplicationStatus,
  applicationStatuses as statuses,
} from '../../../schema/api/application-status.ts'

const events = Object.keys(steps) as Event[]
const walk = fc.array(fc.constantFrom(...events), { maxLength: 40 })

/** Follows the events that are possible, from the beginning, and names what happened. */
function follow(path: Event[]) {
  let status: ApplicationStatus = 'submitted'
  const happened: { event: Event; from: ApplicationStatus; to: ApplicationStatus }[] = []
  for (const event of path) {
    const to = nextStatus(status, event)
    if (to === null) continue
    happened.push({ event, from: status, to })
    status = to
  }
  return { status, happened }
}

describe('the state machine', () => {
  it('never approves an address that was not verified since it was last changed', () => {
    fc.assert(
      fc.property(walk, (path) => {
        const { happened } = follow(path)
        const approval = happened.findIndex(({ event }) => event === 'approve')
        if (approval < 0) return
        const before = happened.slice(0, approval).map(({ event }) => event)
        expect(before.lastIndexOf('verify')).toBeGreaterThan(before.lastIndexOf('change_email'))
      }),
    )
  })

  it('hands out a key only after an approval, and only once', () => {
    fc.assert(
      fc.property(walk, (path) => {
        const happened = follow(path).happened.map(({ event }) => event)
        const claims = happened.filter((event) => event === 'claim').length
        expect(claims).toBeLessThanOrEqual(1)
        if (claims === 1) expect(happened.indexOf('approve')).toBeLessThan(happened.indexOf('claim'))
      }),
    )
  })

  it('leaves nothing after the end: withdrawn and expired are final', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ApplicationStatus>('withdrawn', 'expired'),
        fc.constantFrom(...events),
        (status, event) => {
          expect(nextStatus(status, event)).toBeNull()
        },
      ),
    )
  })

  it('lets the applicant withdraw from every state that is not final', () => {
    const withdrawable = statuses.filter((status) => nextStatus(status, 'withdraw') === 'withdrawn')
    expect(withdrawable).toEqual(statuses.filter((status) => status !== 'withdrawn' && status !== 'expired'))
  })

  it('rejects by a reviewer only: the clock can end, but not refuse', () => {
    const refusing = events.filter((event) => steps[event].to === 'rejected')
    expect(refusing.map((event) => steps[event].by)).toEqual(['reviewer'])
  })

  it('reaches every state', () => {
    const reached = new Set<ApplicationStatus>(['submitted'])
    for (let round = 0; round < statuses.length; round++) {
      for (const status of [...reached]) {
        for (const event of events) {
          const to = nextStatus(status, event)
          if (to !== null) reached.add(to)
        }
      }
    }
    expect([...reached].sort()).toEqual([...statuses].sort())
  })

  it('says whose turn it is wherever something can still be decided', () => {
    for (const status of statuses) {
      const decidable =
        nextStatus(status, 'approve') !== null || nextStatus(status, 'claim') !== null || isOpen(status)
      if (decidable) expect(waitingFor(status), status).not.toBeNull()
    }
  })
})
