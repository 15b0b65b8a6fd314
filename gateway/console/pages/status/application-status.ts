import type { z } from 'zod'
import type { applicationStatus, ownData } from '../../../../schema/api/access.ts'
import type { Texts } from '../../texts/texts.ts'

export type ApplicationStatus = z.infer<typeof applicationStatus>
export type OwnData = z.infer<typeof ownData>

export type StatusName = keyof Texts['status']['names']

/** The stages everybody sees, and how far each status has come. */
export const stages = ['submitted', 'verified', 'in_review', 'approved', 'claimed'] as const

/** The stage that each status waits for: what was sent is behind, what the mail asks for comes next. */
const reached: Record<string, number> = {
  submitted: 1,
  verified: 2,
  in_review: 2,
  info_requested: 2,
  rejected: 2,
  approved: 4,
  claimed: 5,
  active: 5,
}

/** Index of the stage that is under way; -1 where the way has ended before its goal. */
export const getStage = (status: string) => reached[status] ?? -1

export const isOpen = (status: string) =>
  ['submitted', 'verified', 'in_review', 'info_requested'].includes(status)

/** Returns whether the applicant has to follow a mail next. */
export const awaitsMail = (status: string) => ['submitted', 'approved'].includes(status)

/** Statuses in which there is nothing left to withdraw. */
export const isClosed = (status: string) => ['withdrawn', 'expired'].includes(status)
