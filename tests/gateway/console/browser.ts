import { exports } from 'cloudflare:workers'
import { expect } from 'vitest'
import { origin } from '../access/gate.ts'

/** A browser that takes cookies and sends forms as one does. */
export class Browser {
  readonly cookies = new Map<string, string>()

  get(path: string): Promise<Response> {
    return this.#send(path, { headers: { 'sec-fetch-site': 'same-origin' } })
  }

  /** Fills in a form of a page, its token included. */
  async submit(page: string, action: string, form: Record<string, string> = {}): Promise<Response> {
    const html = await (await this.get(page)).text()
    const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
    return this.post(action, { csrf, ...form })
  }

  post(path: string, form: Record<string, string>, site = 'same-origin'): Promise<Response> {
    return this.#send(path, {
      method: 'POST',
      headers: { 'sec-fetch-site': site },
      body: new URLSearchParams(form),
    })
  }

  /** Sends any body as a page would, and takes a page as the answer. */
  postBody(path: string, body: string, contentType: string): Promise<Response> {
    const headers = { 'sec-fetch-site': 'same-origin', 'content-type': contentType, accept: 'text/html' }
    return this.#send(path, { method: 'POST', headers, body })
  }

  async signIn(credential: string, path = '/sign-in'): Promise<this> {
    const answer = await this.post(path, { credential, name: '김운영' })
    expect(answer.status, await answer.text()).toBe(303)
    return this
  }

  /** The same cookies in another browser, which keeps them when this one deletes its own. */
  copy(): Browser {
    const other = new Browser()
    for (const [name, value] of this.cookies) other.cookies.set(name, value)
    return other
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    headers.set('accept-language', 'en')
    const request = new Request(origin + path, { ...init, headers, redirect: 'manual' })
    const response = await exports.default.fetch(request)
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (/max-age=0/i.test(line)) this.cookies.delete(name!)
      else this.cookies.set(name!, value!)
    }
    return response
  }
}
