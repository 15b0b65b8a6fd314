import { describe, expect, it } from 'vitest'
import { resolveAddress } from '../../../gateway/http/client-address.ts'

const forged = {
  'cf-connecting-ip': '203.0.113.1',
  'x-forwarded-for': '203.0.113.2',
  'x-real-ip': '203.0.113.3',
}
const resolve = (settings: Parameters<typeof resolveAddress>[0], headers: Record<string, string>) =>
  resolveAddress(settings, (name) => headers[name])

describe('the address of a client', () => {
  it('is that of the socket where no proxy is trusted, whatever the headers say', () => {
    expect(resolve({ SOCKET_ADDRESS: '127.0.0.1', TRUSTED_PROXIES: '' }, forged)).toBe('127.0.0.1')
    expect(resolve({ SOCKET_ADDRESS: '198.51.100.9', TRUSTED_PROXIES: '127.0.0.1' }, forged)).toBe(
      '198.51.100.9',
    )
  })

  it("is Cloudflare's word on Cloudflare", () => {
    expect(resolve({ TRUSTED_PROXIES: 'cloudflare' }, forged)).toBe('203.0.113.1')
  })

  it('is the nearest hop that is no trusted proxy', () => {
    const settings = { SOCKET_ADDRESS: '127.0.0.1', TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,fd00::/8' }
    const from = (value: string) => resolve(settings, { 'x-forwarded-for': value })
    expect(from('203.0.113.2')).toBe('203.0.113.2')
    expect(from('1.1.1.1, 203.0.113.2, 10.1.2.3')).toBe('203.0.113.2')
    expect(from('1.1.1.1, 2001:db8::1, fd00::5')).toBe('2001:db8::1')
    expect(from('::ffff:10.0.0.9')).toBe('::ffff:10.0.0.9')
    expect(from('1.1.1.1, nonsense')).toBe('127.0.0.1')
    expect(resolve(settings, { 'cf-connecting-ip': '203.0.113.1' })).toBe('127.0.0.1')
  })
})
