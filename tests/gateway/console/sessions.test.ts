import { exports } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { filesMails, origin, tenantWithKey } from '../access/gate.ts'

filesMails()

/** Sends a form of the console as a browser does. */
const post = (path: string, form: Record<string, string>, headers: Record<string, string>) =>
  exports.default.fetch(
    new Request(origin + path, {
      method: 'POST',
      redirect: 'manual',
      headers,
      body: new URLSearchParams(form),
    }),
  )

it('forms are taken only from pages of the service itself', async () => {
  const { key } = await tenantWithKey()
  const signIn = (site: string) => post('/sign-in', { credential: key }, { 'sec-fetch-site': site, origin })
  expect((await signIn('same-origin')).status).toBe(303)
  // `same-site` is another host under the same domain, `none` an address that was typed
  for (const site of ['same-site', 'cross-site', 'none']) {
    const refused = await signIn(site)
    expect([site, refused.status, refused.headers.get('set-cookie')]).toEqual([site, 403, null])
  }
})
