import type { ApplicationStatus } from '../../../schema/api/application-status.ts'

/** Actors of a step. */
export type Actor = 'applicant' | 'reviewer' | 'system'

interface Step {
  by: Actor
  from: readonly ApplicationStatus[]
  to: ApplicationStatus | 'same'
}

const underReview = ['verified', 'in_review', 'info_requested'] as const
const open = ['submitted', ...underReview] as const
const granted = ['approved', 'claimed', 'active'] as const

/**
 * All steps of an application. A step that is not in this table does not happen: not for an applicant,
 * not for a reviewer, not for the clock. No step refuses anybody automatically; `expire` only ends what
 * the applicant left unanswered, or access that ran out.
 */
export const steps = {
  verify: { by: 'applicant', from: ['submitted'], to: 'verified' },
  edit: { by: 'applicant', from: open, to: 'same' },
  change_email: { by: 'applicant', from: open, to: 'submitted' },
  answer: { by: 'applicant', from: ['info_requested'], to: 'in_review' },
  claim: { by: 'applicant', from: ['approved'], to: 'claimed' },
  withdraw: { by: 'applicant', from: [...open, ...granted, 'rejected'], to: 'withdrawn' },
  take_up: { by: 'reviewer', from: ['verified'], to: 'in_review' },
  request_info: { by: 'reviewer', from: ['verified', 'in_review'], to: 'info_requested' },
  approve: { by: 'reviewer', from: underReview, to: 'approved' },
  reject: { by: 'reviewer', from: underReview, to: 'rejected' },
  end: { by: 'reviewer', from: granted, to: 'expired' },
  activate: { by: 'system', from: ['claimed'], to: 'active' },
  expire: { by: 'system', from: ['submitted', 'info_requested', ...granted], to: 'expired' },
} as const satisfies Record<string, Step>

export type Event = keyof typeof steps

/** The status after the step, or null where the step is impossible. */
export function nextStatus(status: ApplicationStatus, event: Event): ApplicationStatus | null {
  const step: Step = steps[event]
  if (!step.from.includes(status)) return null
  return step.to === 'same' ? status : step.to
}

/** Returns whether the applicant may still change what was sent in. */
export const isOpen = (status: ApplicationStatus) => nextStatus(status, 'edit') !== null

/** Returns the party that has to act next, or null in a final state. */
export function waitingFor(status: ApplicationStatus): 'applicant' | 'reviewer' | null {
  if (status === 'submitted' || status === 'info_requested' || status === 'approved') return 'applicant'
  if (status === 'verified' || status === 'in_review') return 'reviewer'
  return null
}
