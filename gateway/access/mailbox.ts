import type { AttemptLimit } from '../auth/attempt-limiter.ts'

/** Mails that anybody can cause to go to one mailbox a day; beyond that they are held, and nobody can tell. */
export const mailsToOneAddress: AttemptLimit = { name: 'mails', most: 5, windowSeconds: 86_400 }

/** One form for what people write in several: case, width and blanks do not matter. */
export const normalised = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '')
