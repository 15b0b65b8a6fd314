import { ModelError } from '../../model/model-error.ts'
import type { Wheel } from '../cuda-libraries.ts'

const publicIndex = 'https://pypi.org/simple'

/** The package index to ask: the one named, else the one pip uses here, else the public one. */
export const indexUrl = (given: string | undefined, env: NodeJS.ProcessEnv = process.env): string =>
  (given ?? (env.PIP_INDEX_URL || publicIndex)).replace(/\/+$/, '')

const pageTypes = 'application/vnd.pypi.simple.v1+json, text/html;q=0.1'
const pageTimeoutMs = 30_000

/**
 * Finds the address of a wheel in a simple index, as JSON (PEP 691) or HTML (PEP 503).
 *
 * @throws ModelError when the index has no such file
 */
export async function findWheel(index: string, wheel: Wheel): Promise<{ url: URL; headers: Headers }> {
  const page = new URL(`${index}/${wheel.project}/`)
  const headers = takeCredentials(page)
  const response = await request(page, new Headers([...headers, ['accept', pageTypes]]))
  if (!response.ok)
    throw new ModelError(
      `${page.host} answers ${response.status} for ${wheel.project}: check --index or PIP_INDEX_URL`,
    )
  const text = await response.text()
  const address = response.headers.get('content-type')?.includes('json')
    ? (JSON.parse(text) as { files: { filename: string; url: string }[] }).files.find(
        ({ filename }) => filename === wheel.file,
      )?.url
    : findLink(text, wheel.file)
  if (address === undefined) throw new ModelError(`${page.host} has no ${wheel.file}`)
  const url = new URL(address, response.url || page)
  // a password of the index is not for another host, where files often are
  return { url, headers: url.host === page.host ? headers : new Headers() }
}

/** Takes name and password out of an address, which fetch refuses there. */
function takeCredentials(url: URL): Headers {
  const headers = new Headers()
  if (url.username !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`)
    url.username = ''
    url.password = ''
  }
  return headers
}

async function request(url: URL, headers: Headers): Promise<Response> {
  try {
    return await fetch(url, { headers, signal: AbortSignal.timeout(pageTimeoutMs) })
  } catch (error) {
    const cause = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message
    throw new ModelError(`${url.host} cannot be reached: ${cause}`)
  }
}

function findLink(html: string, file: string): string | undefined {
  for (const [, address, name] of html.matchAll(/<a\b[^>]*?href="([^"]*)"[^>]*>\s*([^<]*?)\s*<\/a>/gi))
    if (name === file) return address!.replaceAll('&amp;', '&')
}
