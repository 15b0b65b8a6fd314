import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import ipaddr from 'ipaddr.js'
import { dataLocation } from '../../gateway/access/applications/form/data-location.ts'
import { formRequirements } from '../../gateway/access/applications/form/requirements.ts'
import { retentionPeriods } from '../../gateway/access/retention/periods.ts'
import { parseTimeLimits } from '../../gateway/nodes/client/call-deadline.ts'
import { parseHedge } from '../../gateway/nodes/routing/hedge.ts'
import { nodeUrl } from '../../schema/api/nodes.ts'
import { fieldErrors } from '../../schema/messages/field-errors.ts'
import { renderMessage } from '../../schema/messages/message.ts'
import { isBearerToken } from '../../schema/text/bearer-token.ts'

/** Names the problem of a value; null where it is right. The value itself is quoted only where it is no secret. */
export type Check = (value: string) => string | null

export const anyText: Check = () => null

export const oneOf =
  (...allowed: string[]): Check =>
  (value) =>
    allowed.includes(value) ? null : `must be ${allowed.join(', ')}, not "${value}"`

export const wholeNumber =
  (what: string, min: number, max: number): Check =>
  (value) =>
    /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max
      ? null
      : `must be ${what}, not "${value}"`

export const port = wholeNumber('a port from 1 to 65535', 1, 65_535)
export const bytes = wholeNumber('a whole number of bytes', 0, Number.MAX_SAFE_INTEGER)

/** A secret that is sent as a bearer token. */
export const bearerSecret: Check = (value) =>
  isBearerToken(value) ? null : 'may have printable ASCII characters only, and no blanks around them'

export const longSecret: Check = (value) =>
  value.length >= 24 ? bearerSecret(value) : 'must have 24 characters or more'

/** Base64 of 32 bytes or more, one or several with commas between them. */
export const masterSecrets: Check = (value) =>
  value.split(',').every((one) => isBase64(one.trim()) && Buffer.from(one, 'base64').length >= 32)
    ? null
    : 'must be base64 of 32 bytes or more (openssl rand -base64 32)'

const isBase64 = (text: string) => /^[A-Za-z0-9+/_-]+={0,2}$/.test(text)

/** An address that clients may reach the service at: TLS, or this machine. */
export const publicUrl: Check = (value) => {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url === null || !/^https?:$/.test(url.protocol)) return 'must begin with http:// or https://'
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return 'must have no user, query or fragment'
  if (url.pathname !== '/') return 'must have no path: the service lives at the root of its host'
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return 'must begin with https:// where it is not this machine'
  return null
}

export const isLoopback = (host: string) => ['localhost', '127.0.0.1', '[::1]', '::1'].includes(host)

export const httpUrl: Check = (value) =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
    ? null
    : 'must begin with http:// or https://'

/** Node addresses; a wrong one is not repeated, because it may hold a password. */
export const nodeUrls: Check = (value) => {
  const urls = value.split(',').map((url) => url.trim())
  for (const [index, url] of urls.filter((one) => one !== '').entries()) {
    const parsed = nodeUrl.safeParse(url)
    if (!parsed.success)
      return `address ${index + 1} ${renderMessage(fieldErrors(parsed.error.issues)[0]!, 'en')}`
  }
  return null
}

export const ipAddress: Check = (value) =>
  ipaddr.isValid(value) ? null : `must be an IP address to listen on, not "${value}"`

/** Addresses and ranges only: a gateway on one's own machine is never behind Cloudflare's edge. */
export const proxies: Check = (value) => {
  const wrong = value
    .split(',')
    .map((one) => one.trim())
    .find((entry) => entry !== '' && !ipaddr.isValid(entry) && !ipaddr.isValidCIDR(entry))
  return wrong === undefined ? null : `"${wrong}" is neither an IP address nor a CIDR range`
}

export const mailAddress: Check = (value) =>
  /^(?:[^<>@\r\n]+<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(value)
    ? null
    : 'must be an address, or a name and an address: keval <keval@example.com>'

/** An address alone: Cloudflare's binding sends to no other form. */
export const bareMailAddress: Check = (value) =>
  /^[^\s<>@,;]+@[^\s<>@,;]+$/.test(value) ? null : 'must be one address: reviewers@example.com'

export const certificateFile: Check = (value) => {
  try {
    new X509Certificate(readFileSync(value))
    return null
  } catch {
    return `must name a file with a certificate in PEM, not "${value}"`
  }
}

/** A JSON object that one of the gateway's own parsers takes. */
const parsedBy =
  (parse: (value: string) => unknown, allowed: string): Check =>
  (value) => {
    try {
      parse(value)
      return null
    } catch {
      return `must be ${allowed}`
    }
  }

export const applicationFields = parsedBy(
  formRequirements,
  'fields of the form, each required, optional or absent; email is always required',
)
export const dataLocations = parsedBy(
  dataLocation,
  'ko and en, with overseas (recipient, contact, countries in ko and en) where data leaves Korea',
)
export const retention = parsedBy(
  retentionPeriods,
  'days from 1 to 3650 for unverified, unanswered, unclaimed, rejected, inactive or ended',
)
export const timeLimits = parsedBy(
  parseTimeLimits,
  'milliseconds from 1 to 3600000 for answerMs, bodyMs, firstEventMs, betweenEventsMs or totalMs',
)
export const hedge = parsedBy(parseHedge, 'p95 or a whole number of milliseconds')
