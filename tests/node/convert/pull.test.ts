import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pullCommand } from '../../../inference-node/cli/pull-command.ts'
import { pullModel } from '../../../inference-node/convert/hub/pull.ts'
import { checkpoint, collected, temporaryFolder } from './fixtures.ts'

const commit = 'c0ffee'.padEnd(40, '0')
const source = checkpoint('tiny-llama')
const extra = { 'README.md': '# a model', 'pytorch_model.bin': 'not this one', 'original/params.json': '{}' }

interface Hub {
  url: string
  /** Requests for file contents: path and range. */
  downloads: string[]
  /** Bytes after which the next downloads break off. */
  cuts: number[]
  /** Answers instead of the usual ones. */
  override: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** A server that speaks the part of the hub's protocol that downloads need. */
async function startHub(): Promise<Hub> {
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

function entry(path: string, data: Buffer) {
  const large = path.endsWith('.safetensors')
  return {
    type: 'file',
    path,
    size: data.length,
    oid: digest('sha1', `blob ${data.length}\0`, data),
    ...(large ? { lfs: { oid: digest('sha256', data), size: data.length, pointerSize: 134 } } : {}),
  }
}

function json(response: ServerResponse, value: unknown) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

function send(request: IncomingMessage, response: ServerResponse, data: Buffer, hub: Hub) {
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

const pull = (hub: Hub, out: string, more: object = {}) =>
  pullModel('judges/keval', out, { hub: hub.url, retryDelays: [1, 1, 1], ...more })

describe('pull', () => {
  it('downloads what a conversion needs and nothing else', async () => {
    const hub = await startHub()
    const out = join(temporaryFolder(), 'model')
    const pulled = await pull(hub, out, { revision: 'v1' })
    const expected = [
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]
    expect(pulled.revision).toBe(commit)
    expect([...pulled.files].sort()).toEqual(expected)
    expect(readdirSync(out).sort()).toEqual(['.cache', ...expected])
    for (const name of expected)
      expect(readFileSync(join(out, name))).toEqual(readFileSync(join(source, name)))
  })

  it.each([
    ['LICENSE/../../x', undefined],
    ['../model.safetensors', undefined],
    ['/etc/LICENSE', undefined],
    ['LICENSE', '../../../../x'],
  ])('refuses a hub that lists %j with checksum %j, and writes nothing', async (path, oid) => {
    const hub = await startHub()
    hub.override = (request, response) => {
      if (!request.url!.includes('/tree/')) return false
      json(response, [{ ...entry(path, Buffer.from('x')), ...(oid && { oid }) }])
      return true
    }
    const folder = temporaryFolder()
    await expect(pull(hub, join(folder, 'model'))).rejects.toThrow(
      /lists a file of judges\/keval that cannot be/,
    )
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves files in folders that are called like a licence', async () => {
    const hub = await startHub()
    hub.override = (request, response) => {
      if (!request.url!.includes('/tree/')) return false
      const names = readdirSync(source)
      json(response, [
        entry('LICENSES/MIT.txt', Buffer.from('x')),
        ...names.map((name) => entry(name, readFileSync(join(source, name)))),
      ])
      return true
    }
    expect((await pull(hub, join(temporaryFolder(), 'model'))).files).not.toContain('LICENSES/MIT.txt')
  })

  it('goes on where a broken connection stopped', async () => {
    const hub = await startHub()
    const out = join(temporaryFolder(), 'model')
    await pull(hub, out)
    rmSync(join(out, 'model.safetensors'))
    hub.downloads.length = 0
    hub.cuts = [100_000, 50_000]
    const { bytesDownloaded } = await pull(hub, out)
    const starts = hub.downloads.map((line) => Number(line.split(' ')[1]))
    expect(starts).toHaveLength(3)
    expect(starts[0]).toBe(0)
    expect(starts[1]).toBeGreaterThan(0)
    expect(starts[2]).toBeGreaterThan(starts[1]!)
    expect(readFileSync(join(out, 'model.safetensors'))).toEqual(
      readFileSync(join(source, 'model.safetensors')),
    )
    expect(bytesDownloaded).toBeLessThanOrEqual(statSync(join(source, 'model.safetensors')).size)
  })

  it('asks again when the hub is busy, or gone before the first byte', async () => {
    const hub = await startHub()
    const out = join(temporaryFolder(), 'model')
    const troubles = [503, 429, 'gone']
    hub.override = (request, response) => {
      if (!request.url!.endsWith('tokenizer.json')) return false
      const trouble = troubles.shift()
      if (trouble === 'gone') request.socket.destroy()
      else if (trouble !== undefined) response.writeHead(Number(trouble)).end()
      return trouble !== undefined
    }
    await pull(hub, out)
    expect(troubles).toEqual([])
    expect(readFileSync(join(out, 'tokenizer.json'))).toEqual(readFileSync(join(source, 'tokenizer.json')))
  })

  it('goes on where an earlier command stopped', async () => {
    const hub = await startHub()
    const out = join(temporaryFolder(), 'model')
    hub.override = (request, response) => {
      if (!request.url!.endsWith('model.safetensors') || request.headers.range === 'bytes=0-0') return false
      send(request, response, readFileSync(join(source, 'model.safetensors')), { ...hub, cuts: [100_000] })
      return true
    }
    await expect(pull(hub, out, { retryDelays: [] })).rejects.toThrow(
      /broke off .* run the same command again/,
    )
    hub.override = () => false
    hub.downloads.length = 0
    const { bytesDownloaded } = await pull(hub, out)
    expect(hub.downloads).toHaveLength(1)
    expect(Number(hub.downloads[0]!.split(' ')[1])).toBeGreaterThan(0)
    expect(bytesDownloaded).toBeLessThan(statSync(join(source, 'model.safetensors')).size)
    expect(readFileSync(join(out, 'model.safetensors'))).toEqual(
      readFileSync(join(source, 'model.safetensors')),
    )
  })

  it('downloads nothing again', async () => {
    const hub = await startHub()
    const out = join(temporaryFolder(), 'model')
    await pull(hub, out)
    hub.downloads.length = 0
    expect((await pull(hub, out)).bytesDownloaded).toBe(0)
    expect(hub.downloads).toEqual([])
  })

  it.each(['model.safetensors', 'tokenizer.json'])('refuses a damaged %s', async (name) => {
    const hub = await startHub()
    const out = join(temporaryFolder(), 'model')
    hub.override = (request, response) => {
      if (!request.url!.endsWith(`/${name}`)) return false
      const data = readFileSync(join(source, name))
      data[1000] = data[1000]! ^ 1
      send(request, response, data, hub)
      return true
    }
    await expect(pull(hub, out)).rejects.toThrow(`${name} arrived damaged`)
    expect(readdirSync(out)).not.toContain(name)
    hub.override = () => false
    await pull(hub, out)
    expect(readFileSync(join(out, name))).toEqual(readFileSync(join(source, name)))
  })

  it('gives up on a connection that stalls', async () => {
    const hub = await startHub()
    const out = join(temporaryFolder(), 'model')
    hub.override = (request, response) => {
      if (!request.url!.endsWith('model.safetensors') || request.headers.range === 'bytes=0-0') return false
      response.writeHead(206, { etag: '"tag"', 'content-length': 1000 }).write('x')
      return true
    }
    await expect(pull(hub, out, { retryDelays: [], stallLimit: 100 })).rejects.toThrow(
      /no byte came for 0.1 s/,
    )
  })

  it.each([
    [401, undefined, /needs a token: access is by application; ask for it at http.*judges\/keval.*--token/],
    [403, undefined, /needs a token/],
    [403, 'hf_secret', /refuses judges\/keval to this token: access is by application; ask for it at/],
    [404, undefined, /the hub has no judges\/keval/],
    [500, undefined, /the hub answers 500/],
  ])('explains a %i', async (status, token, message) => {
    const hub = await startHub()
    hub.override = (_, response) => {
      response.writeHead(status).end()
      return true
    }
    const failure = await pull(hub, join(temporaryFolder(), 'model'), { token }).catch(
      (error: Error) => error.message,
    )
    expect(failure).toMatch(message)
    expect(failure).not.toContain('hf_secret')
  })

  it('sends the token to the hub', async () => {
    const hub = await startHub()
    const seen = new Set<string | undefined>()
    hub.override = (request) => {
      seen.add(request.headers.authorization)
      return false
    }
    await pull(hub, join(temporaryFolder(), 'model'), { token: 'hf_secret' })
    expect([...seen]).toEqual(['Bearer hf_secret'])
  })

  it('says at once that the machine is offline', async () => {
    // A port that was free a moment ago: nobody answers there.
    const server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await new Promise((done) => server.close(done))
    const output = collected()
    const out = join(temporaryFolder(), 'model')
    expect(await pullCommand.run(['judges/keval', '--hub', hub, '--out', out], output)).toBe(1)
    expect(output.lines).toEqual([
      `keval-node pull: cannot reach ${hub} (ECONNREFUSED): is this machine offline?`,
    ])
  })
})
