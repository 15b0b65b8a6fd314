/** Normalises the address of a gateway: a trailing `/v1`, as OpenAI clients want it, is dropped. Throws a TypeError. */
export function toGatewayUrl(text: string): string {
  let url: URL
  try {
    url = new URL(text.trim())
  } catch {
    throw new TypeError(`"${text}" is not a URL; it looks like https://gateway.example.`)
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new TypeError(`The URL of a gateway begins with https:// or http://, not ${url.protocol}//.`)
  if (url.username !== '' || url.password !== '')
    throw new TypeError('The URL of a gateway carries no user name or password; give the API key by itself.')
  if (url.search !== '' || url.hash !== '')
    throw new TypeError('The URL of a gateway has no query and no fragment.')
  return url.origin + url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')
}
