import type { Texts } from '../texts/texts.ts'

const tones: Record<string, string> = {
  submitted: 'tag wait',
  verified: 'tag wait',
  in_review: 'tag wait',
  info_requested: 'tag wait',
  approved: 'tag good',
  claimed: 'tag good',
  active: 'tag good',
  rejected: 'tag bad',
}

/** The state of an application as a tag. */
export function StatusTag({ t, status }: { t: Texts; status: string }) {
  const names: Record<string, string> = t.status.names
  return <span class={tones[status] ?? 'tag'}>{names[status] ?? status}</span>
}
