import type { GatewayContext } from '../http/context.ts'

/**
 * Where a request came from, as Cloudflare saw it; clients cannot set this header there. One household or
 * server has a whole IPv6 /64 to itself, so its addresses count as one.
 */
export function clientAddress(c: GatewayContext): string {
  const address = c.req.header('cf-connecting-ip') ?? 'unknown'
  return address.includes(':') ? toNetwork(address) : address
}

/** The first four groups of an IPv6 address, written out. */
export function toNetwork(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
