import type { AttemptLimit } from '../../auth/attempt-limiter.ts'

/** Forms that one client address may send in. */
export const formsFromOneAddress: AttemptLimit = { name: 'forms', max: 100, windowSeconds: 3600 }

/** Changes to applications from one client address. */
export const changesFromOneAddress: AttemptLimit = { name: 'changes', max: 120, windowSeconds: 3600 }

/** One-time links from one client address that open nothing. */
export const wrongLinksFromOneAddress: AttemptLimit = { name: 'links', max: 600, windowSeconds: 600 }

/** Requests of status links from one client address. */
export const statusLinksFromOneAddress: AttemptLimit = { name: 'status-links', max: 60, windowSeconds: 600 }

/** Mails to one mailbox that unauthenticated requests can cause; further ones are held without a visible difference. */
export const mailsToOneMailbox: AttemptLimit = { name: 'mails', max: 10, windowSeconds: 3600 }
