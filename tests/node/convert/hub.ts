import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { checkpoint } from './fixtures.ts'

export const commit = 'c0ffee'.padEnd(40, '0')
/** The checkpoint that the hub has. */
export const source = checkpoint('tiny-llama')
const extra = { 'README.md': '# a model', 'pytorch_model.bin': 'not this one', 'original/params.json': '{}' }

export interface Hub {
  url: string
  /** Requests for file contents: path and range. */
  downloads: string[]
  /** Bytes after which the next downloads break off. */
  cuts: number[]
  /** Answers instead of the usual ones. */
  override: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** A server that speaks the part of the hub's protocol that downloads need. */
export async function startHub(): Promise<Hub> {
  const files = new Map<string, Buffer>(
    Object.entries(extra).map(([name, text]) => [name, Buffer.from(text)]),
  )
  for (const name of readdirSync(source)) files.set(name, readFileSync(join(source, name)))
  const hub: Hub = { url: '', downloads: [], cuts: [], override: () => false }
  const server = createServer((request, response) => {
    if (hub.override(request, response)) return
    const { pathname } = new URL(request.url!, 'http://hub')
    if (/^\/api\/models\/judges\/keval\/revision\/(main|v1)$/.test(pathname)) {
      json(response, {
        _id: '1',
        id: 'judges/keval',
        sha: commit,
        private: false,
        gated: 'manual',
        downloads: 1,
        likes: 0,
      })
    } else if (pathname === `/api/models/judges/keval/tree/${commit}`) {
      json(
        response,
        [...files].map(([path, data]) => entry(path, data)),
      )
    } else if (pathname.startsWith(`/judges/keval/resolve/${commit}/`)) {
      send(request, response, files.get(pathname.split('/').slice(5).join('/'))!, hub)
    } else {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return hub
}

const digest = (algorithm: string, ...parts: (string | Buffer)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest('hex')

/** A file as the hub lists it. */
export function entry(path: string, data: Buffer) {
  const large = path.endsWith('.safetensors')
  return {
    type: 'file',
    path,
    size: data.length,
    oid: digest('sha1', `blob ${data.length}\0`, data),
    ...(large ? { lfs: { oid: digest('sha256', data), size: data.length, pointerSize: 134 } } : {}),
  }
}

export function json(response: ServerResponse, value: unknown) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

/** Sends a file, or the range that was asked for. */
export function send(request: IncomingMessage, response: ServerResponse, data: Buffer, hub: Hub) {
  const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  const start = Number(first)
  const end = last === '' ? data.length : Math.min(Number(last) + 1, data.length)
  response.writeHead(request.headers.range ? 206 : 200, {
    etag: '"tag"',
    'content-length': end - start,
    'content-range': `bytes ${start}-${end - 1}/${data.length}`,
  })
  // The client first asks for a single byte, to learn the size.
  if (end - start > 1) hub.downloads.push(`${request.url!.split('/').at(-1)} ${start}`)
  const cut = end - start > 1 ? hub.cuts.shift() : undefined
  if (cut === undefined) response.end(data.subarray(start, end))
  else response.write(data.subarray(start, start + cut), () => setTimeout(() => response.destroy(), 20))
}
