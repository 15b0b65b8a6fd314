import { FailureError, reason } from '../../schema/api/errors.ts'
import { refusePercentEncoded } from './body/decode-text.ts'

/** The characters that end the host in a URL: behind them a Host header would name a path of its own. */
const endsHost = /[/?#@\\]/

/** Refuses a query that is not UTF-8, and a Host header that is malformed or more than a host. */
export function requireValidUrl(url: string, host: string | undefined): void {
  const query = url.indexOf('?')
  if (query !== -1) refusePercentEncoded(url.slice(query), 'query')
  if (URL.canParse(url) && (host === undefined || !endsHost.test(host))) return
  throw new FailureError({ code: 'invalid_request', ...reason('host_invalid'), source: 'gateway' })
}
