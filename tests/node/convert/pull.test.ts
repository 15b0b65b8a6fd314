import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pullCommand } from '../../../inference-node/cli/pull-command.ts'
import { pullModel } from '../../../inference-node/convert/hub/pull.ts'
import { collected, temporaryFolder } from './fixtures.ts'
import { commit, entry, type Hub, json, send, source, startHub } from './hub.ts'

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
