/** The client's `Cache-Control` directives (RFC 9111), parsed. */
export interface Reuse {
  /** True if an earlier judgment may answer. */
  read: boolean
  /** Maximum age of a reused judgment in seconds; null for any age. */
  maxAge: number | null
  /** True if a node may be asked when no earlier judgment answers. */
  onlyIfCached: boolean
  /** True if the judgment is stored and cached. */
  store: boolean
}

export const defaultReuse: Reuse = { read: true, maxAge: null, onlyIfCached: false, store: true }

/** Reads a request's `Cache-Control`; directives that say nothing to a judge are passed over. */
export function parseReuse(cacheControl: string | undefined): Reuse {
  if (cacheControl === undefined) return defaultReuse
  const reuse = { ...defaultReuse }
  for (const directive of cacheControl.toLowerCase().split(',')) {
    const [name, value] = directive.trim().split('=', 2)
    if (name === 'no-cache') reuse.read = false
    if (name === 'no-store') {
      reuse.read = false
      reuse.store = false
    }
    if (name === 'only-if-cached') reuse.onlyIfCached = true
    if (name === 'max-age' && value !== undefined && /^"?\d{1,10}"?$/.test(value)) {
      reuse.maxAge = Number(value.replaceAll('"', ''))
    }
  }
  return reuse
}
