import { type FieldError, fieldError } from '../../schema/messages/field-errors.ts'

/** The addresses that webhooks may have: public ones by https, or any that the operator's network reaches. */
export type AddressRule = 'public' | 'any'

export const parseAddressRule = (setting: string | undefined): AddressRule =>
  setting === 'any' ? 'any' : 'public'

/** Why an address cannot be a webhook; null where it can. Names are checked again by the network that resolves them. */
export function checkAddress(text: string, rule: AddressRule): FieldError | null {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return fieldError('url', 'format_url')
  if (url.username !== '' || url.password !== '' || url.hash !== '') return fieldError('url', 'webhook_plain')
  if (rule === 'any') return null
  if (url.protocol !== 'https:') return fieldError('url', 'webhook_https')
  return isPublicHost(url.hostname) ? null : fieldError('url', 'webhook_private')
}

/** The URL parser has written every form of an IPv4 address (decimal, octal, hexadecimal) as four numbers. */
function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith('[')) return isPublicIpv6(hostname.slice(1, -1))
  // some resolvers take any number of dots at the end
  const name = hostname.replace(/\.+$/, '')
  const numbers = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(name)
  if (numbers !== null) return isPublicIpv4(numbers.slice(1).map(Number))
  return name.includes('.') && !/\.(localhost|local|internal|lan|home|arpa|invalid|test|example)$/i.test(name)
}

/** Not in a block of the IANA registry of special-purpose addresses (RFC 6890), multicast or reserved. */
function isPublicIpv4([a = 0, b = 0, c = 0]: number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false
  if (a === 100 && b >= 64 && b < 128) return false
  if (a === 169 && b === 254) return false
  if (a === 172 && b >= 16 && b < 32) return false
  if (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99))) return false
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return false
  return !(a === 203 && b === 0 && c === 113)
}

/** Global unicast (2000::/3) without the blocks that document, tunnel or embed IPv4. */
function isPublicIpv6(address: string): boolean {
  const [first = 0, second = 0] = address.split(':').map((group) => Number.parseInt(group || '0', 16))
  if (first < 0x2000 || first > 0x3fff) return false
  if (first === 0x2002 || (first === 0x3fff && second < 0x1000)) return false
  return !(first === 0x2001 && (second < 0x200 || second === 0xdb8))
}
