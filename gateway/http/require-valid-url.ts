import { FailureError, reason } from '../../schema/api/errors.ts'
import { refusePercentEncoded } from './body/decode-text.ts'

/** Refuses a query that is not UTF-8, and a malformed Host header: parsing its URL would fail later. */
export function requireValidUrl(url: string): void {
  const query = url.indexOf('?')
  if (query !== -1) refusePercentEncoded(url.slice(query), 'query')
  if (URL.canParse(url)) return
  throw new FailureError({ code: 'invalid_request', ...reason('host_invalid'), source: 'gateway' })
}
