import ipaddr from 'ipaddr.js'
import type { GatewayContext } from './context.ts'

/** Headers in which proxies name the client; the settings decide which of them is trusted. */
const forwardingHeaders = ['cf-connecting-ip', 'x-forwarded-for']

export interface AddressSettings {
  /** `cloudflare`, or addresses and CIDR ranges of proxies, comma-separated. */
  TRUSTED_PROXIES?: string
  /** The address that every direct connection comes from, where the listener accepts no other. */
  SOCKET_ADDRESS?: string
}

/** The client address of a request. Addresses of one IPv6 /64 count as one client. */
export const clientAddress = (c: GatewayContext): string =>
  toNetwork(resolveAddress(c.env, (name) => c.req.header(name)))

/** The forwarding headers of a request, for a call that the gateway makes to itself on its behalf. */
export function copyForwarding(c: GatewayContext, headers: Headers): void {
  for (const name of forwardingHeaders) {
    const value = c.req.header(name)
    if (value !== undefined) headers.set(name, value)
  }
}

/**
 * Believes a forwarding header from a trusted proxy only. On Cloudflare every request comes through its edge, which
 * sets CF-Connecting-IP itself. Elsewhere X-Forwarded-For is read from its end, where the nearest proxy wrote, up to
 * the first address that is no trusted proxy: everything before it may be made up.
 */
export function resolveAddress(
  { TRUSTED_PROXIES = '', SOCKET_ADDRESS = 'unknown' }: AddressSettings,
  header: (name: string) => string | undefined,
): string {
  if (TRUSTED_PROXIES.trim() === 'cloudflare') return header('cf-connecting-ip') ?? SOCKET_ADDRESS
  const isTrusted = parseProxies(TRUSTED_PROXIES)
  let address = SOCKET_ADDRESS
  const hops = (header('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim())
  while (isTrusted(address)) {
    const hop = hops.pop()
    if (hop === undefined || !ipaddr.isValid(hop)) break
    address = hop
  }
  return address
}

/** Returns whether an address is one of the listed, or in one of the listed ranges. */
function parseProxies(list: string): (address: string) => boolean {
  const ranges = list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => (entry.includes('/') ? ipaddr.parseCIDR(entry) : toSingleRange(entry)))
  return (address) => {
    if (!ipaddr.isValid(address)) return false
    const parsed = ipaddr.process(address)
    return ranges.some(([base, bits]) => parsed.kind() === base.kind() && parsed.match([base, bits] as never))
  }
}

function toSingleRange(entry: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const address = ipaddr.process(entry)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** An IPv4 address as it is, the first four groups of an IPv6 address; other text unchanged. */
export function toNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  return `${parsed.parts
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}
