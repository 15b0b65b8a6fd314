import type { AttemptLimit } from '../auth/attempt-limiter.ts'

/** Mails that anybody can cause to go to one mailbox an hour; beyond that they are held, and nobody can tell. */
export const mailsToOneAddress: AttemptLimit = { name: 'mails', most: 10, windowSeconds: 3600 }

/** One form for what people write in several: case, width and blanks do not matter. */
export const normalised = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '')
