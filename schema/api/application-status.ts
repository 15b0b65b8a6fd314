/** The states of an application. */
export const applicationStatuses = [
  'submitted',
  'verified',
  'in_review',
  'info_requested',
  'approved',
  'rejected',
  'claimed',
  'active',
  'withdrawn',
  'expired',
] as const

export type ApplicationStatus = (typeof applicationStatuses)[number]
