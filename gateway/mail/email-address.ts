/** One form for what people write in several: case, width and blanks do not matter. */
const fold = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '')

/** The form in which two spellings of one e-mail address are equal. */
export const normalizeEmail = (address: string) => fold(address)

/** The form in which two spellings of one company's name are equal. */
export const normalizeCompany = (name: string) => fold(name)

/** Domains whose provider ignores dots in the local part, as Google documents. */
const dotless = new Set(['gmail.com', 'googlemail.com'])

/**
 * The mailbox behind an address, for bounds and duplicates: without a `+tag`, which most providers deliver to the
 * same mailbox, and at Gmail without dots and under one domain. Where a provider does take tags for different
 * mailboxes they share a bound; nothing is mailed to this form.
 */
export function toMailbox(address: string): string {
  const email = normalizeEmail(address)
  const at = email.lastIndexOf('@')
  if (at < 1) return email
  const domain = email.slice(at + 1)
  const local = email.slice(0, at).replace(/(?<=.)\+.*$/, '')
  return dotless.has(domain) ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`
}
