const acceptable = /^[A-Za-z0-9._-]{8,64}$/

/** The id of a request: the client's own where it has a harmless form, else a new one. */
export const toRequestId = (given: string | null | undefined): string =>
  given != null && acceptable.test(given) ? given : crypto.randomUUID()
