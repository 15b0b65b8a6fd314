import ipaddr from 'ipaddr.js'
import { nodeUrl } from '../../schema/api/nodes.ts'
import { StartProblem } from './problem.ts'

/** Refuses node addresses that the gateway would refuse later, before anything starts. */
export function checkNodeUrls(list: string): void {
  const urls = list.split(',').map((url) => url.trim())
  for (const [index, url] of urls.filter((one) => one !== '').entries()) {
    const parsed = nodeUrl.safeParse(url)
    // the address is not repeated: it may hold a password
    if (!parsed.success)
      throw new StartProblem(`KEVAL_NODES: address ${index + 1} ${parsed.error.issues[0]!.message}.`)
  }
}

/** Takes addresses and ranges only: the local gateway is never behind Cloudflare's edge. */
export function checkProxies(list: string): void {
  for (const entry of list.split(',').map((one) => one.trim())) {
    if (entry === '' || ipaddr.isValid(entry) || ipaddr.isValidCIDR(entry)) continue
    throw new StartProblem(`KEVAL_TRUSTED_PROXIES: "${entry}" is neither an IP address nor a CIDR range.`)
  }
}
