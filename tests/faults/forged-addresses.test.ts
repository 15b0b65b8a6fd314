import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningGateway, startGateway } from '../built-gateway.ts'

let plain: RunningGateway
let proxied: RunningGateway
beforeAll(async () => {
  plain = await startGateway({ NODES: '' })
  proxied = await startGateway({ NODES: '', TRUSTED_PROXIES: '127.0.0.1' })
})
afterAll(async () => {
  await plain.stop()
  await proxied.stop()
})

/** Wrong admin secrets, each under another made-up address; how many were counted as one address. */
async function refusals(gateway: RunningGateway, header: string): Promise<number> {
  let limited = 0
  for (let attempt = 0; attempt < 30; attempt++) {
    const response = await fetch(`${gateway.url}/admin/v1/plans`, {
      headers: {
        authorization: `Bearer wrong-secret-${attempt}`,
        [header]: `203.0.113.${attempt}`,
        // miniflare's own name for what Cloudflare tells of a request
        'mf-cf-blob': JSON.stringify({ clientIp: `203.0.113.${attempt}`, colo: 'ICN' }),
      },
    })
    if (response.status === 429) limited++
    await response.body?.cancel()
  }
  return limited
}

it('made-up addresses are all the same client on the local start', async () => {
  for (const header of ['cf-connecting-ip', 'x-forwarded-for', 'x-real-ip']) {
    expect(await refusals(plain, header), header).toBeGreaterThan(5)
  }
})

it('addresses that a trusted proxy forwards are clients of their own', async () => {
  expect(await refusals(proxied, 'cf-connecting-ip')).toBeGreaterThan(5)
  expect(await refusals(proxied, 'x-forwarded-for')).toBe(0)
})
