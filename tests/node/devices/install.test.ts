import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findCudaLibraries, type Wheel } from '../../../inference-node/devices/cuda-libraries.ts'
import {
  installLibraries,
  uninstallLibraries,
} from '../../../inference-node/devices/install/install-libraries.ts'
import { indexUrl } from '../../../inference-node/devices/install/package-index.ts'
import { temporaryFolder } from '../convert/fixtures.ts'

/** A zip archive whose entries are stored as they are. */
function zip(files: Record<string, string>): Buffer {
  const parts: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(data.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, Buffer.from(name))
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), data])
    parts.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, directory, end])
}

function makeWheel(
  project: string,
  files: Record<string, string>,
  wanted: string[],
): { wheel: Wheel; data: Buffer } {
  const data = zip(files)
  const wheel: Wheel = {
    project,
    version: '1.0',
    file: `${project}-1.0-py3-none-any.whl`,
    bytes: data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
    libraries: wanted.map((path) => ({ path, bytes: Buffer.byteLength(files[path] ?? '') })),
  }
  return { wheel, data }
}

const blas = makeWheel(
  'blas',
  { 'blas/lib/libblas.so.1': 'b'.repeat(50_000), 'blas/README': 'not wanted', '../escape.so': 'never' },
  ['blas/lib/libblas.so.1'],
)
const runtime = makeWheel('runtime', { 'runtime/librt.so': 'runtime' }, ['runtime/librt.so'])
const both = [blas, runtime]
const wheels = both.map(({ wheel }) => wheel)

interface Index {
  url: string
  /** Paths and ranges of downloads. */
  downloads: string[]
  /** Bytes after which the next downloads break off. */
  cuts: number[]
  format: 'json' | 'html'
  /** Content by project, in place of the true one. */
  exchanged: Map<string, Buffer>
  password: string | null
}

async function startIndex(): Promise<Index> {
  const index: Index = {
    url: '',
    downloads: [],
    cuts: [],
    format: 'json',
    exchanged: new Map(),
    password: null,
  }
  const server = createServer((request, response) => {
    if (index.password !== null && request.headers.authorization !== index.password)
      return response.writeHead(401).end()
    const [, kind, name] = request.url!.split('/')
    const found = both.find(({ wheel }) => (kind === 'simple' ? wheel.project : wheel.file) === name)
    if (!found) return response.writeHead(404).end()
    const { wheel } = found
    if (kind === 'simple') {
      if (index.format === 'html')
        return response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(
            `<a href="../../files/other.whl">other.whl</a> <a href="../../files/${wheel.file}#sha256=1">${wheel.file}</a>`,
          )
      return response
        .writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' })
        .end(JSON.stringify({ files: [{ filename: wheel.file, url: `../../files/${wheel.file}` }] }))
    }
    const data = index.exchanged.get(wheel.project) ?? found.data
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    index.downloads.push(`${wheel.project} from ${start}`)
    const rest = data.subarray(start)
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length })
    const cut = index.cuts.shift()
    if (cut === undefined) response.end(rest)
    // what was sent has to arrive before the connection breaks
    else response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 200))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  index.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`
  return index
}

const retryDelays = [1, 1]
const target = () => join(temporaryFolder(), 'keval-node', 'cuda')
const beside = (folder: string) => readdirSync(join(folder, '..'))

describe('installing libraries', () => {
  it.each(['json', 'html'] as const)(
    'takes the wanted files out of wheels of an index in %s',
    async (format) => {
      const index = await startIndex()
      index.format = format
      const folder = target()
      expect(await installLibraries({ folder, index: index.url, wheels })).toBe(true)
      expect(readdirSync(folder).sort()).toEqual(['libblas.so.1', 'librt.so', 'manifest.json'])
      expect(readFileSync(join(folder, 'librt.so'), 'utf8')).toBe('runtime')
      expect(beside(folder)).toEqual(['cuda'])
      expect(findCudaLibraries(folder, wheels).state).toBe('installed')
      expect(await installLibraries({ folder, index: 'http://unused', wheels })).toBe(false)
    },
  )

  it('goes on where a broken connection ended', async () => {
    const index = await startIndex()
    index.cuts = [20_000]
    const folder = target()
    await installLibraries({ folder, index: index.url, wheels, retryDelays })
    expect(index.downloads[0]).toBe('blas from 0')
    expect(index.downloads[1]).toMatch(/^blas from [1-9]/)
    expect(findCudaLibraries(folder, wheels).state).toBe('installed')
  })

  it('keeps downloads for the next attempt, but no half-filled folder', async () => {
    const index = await startIndex()
    index.cuts = [10_000, 10_000, 10_000]
    const folder = target()
    await expect(installLibraries({ folder, index: index.url, wheels, retryDelays })).rejects.toThrow(
      /^blas-1\.0-py3-none-any\.whl was not downloaded/,
    )
    expect(beside(folder)).toEqual(['cuda.wheels'])
    await installLibraries({ folder, index: index.url, wheels, retryDelays })
    expect(index.downloads.at(-2)).toMatch(/^blas from [1-9]/)
  })

  it('refuses a wheel of other content, and takes the true one afterwards', async () => {
    const index = await startIndex()
    index.exchanged.set('runtime', Buffer.alloc(runtime.data.length))
    const folder = target()
    await expect(installLibraries({ folder, index: index.url, wheels })).rejects.toThrow(
      /SHA-256 that this version pins/,
    )
    expect(existsSync(folder)).toBe(false)
    index.exchanged.clear()
    expect(await installLibraries({ folder, index: index.url, wheels })).toBe(true)
  })

  it('refuses a wheel that is longer than the pinned one', async () => {
    const index = await startIndex()
    index.exchanged.set('runtime', Buffer.alloc(runtime.data.length + 1))
    await expect(installLibraries({ folder: target(), index: index.url, wheels })).rejects.toThrow(
      /is longer than/,
    )
  })

  it('names what the index does not have', async () => {
    const index = await startIndex()
    const { wheel } = makeWheel('other', { 'a.so': 'a' }, ['a.so'])
    await expect(installLibraries({ folder: target(), index: index.url, wheels: [wheel] })).rejects.toThrow(
      /^127\.0\.0\.1:\d+ answers 404 for other/,
    )
  })

  it('sends the password of the index, and keeps it out of messages', async () => {
    const index = await startIndex()
    index.password = `Basic ${Buffer.from('me:se/cret').toString('base64')}`
    const folder = target()
    const withPassword = (password: string) => index.url.replace('//', `//me:${password}@`)
    await expect(installLibraries({ folder, index: withPassword('wrong'), wheels })).rejects.toThrow(
      /^127\.0\.0\.1:\d+ answers 401 for blas: check --index or PIP_INDEX_URL$/,
    )
    expect(await installLibraries({ folder, index: withPassword('se%2Fcret'), wheels })).toBe(true)
  })

  it('takes wheels from a folder without any index', async () => {
    const from = temporaryFolder()
    for (const { wheel, data } of both) writeFileSync(join(from, wheel.file), data)
    const folder = target()
    await installLibraries({ folder, index: 'http://127.0.0.1:1/simple', from, wheels })
    expect(findCudaLibraries(folder, wheels).state).toBe('installed')
    expect(readdirSync(from)).toHaveLength(2)
    writeFileSync(join(from, blas.wheel.file), 'damaged')
    await expect(installLibraries({ folder: target(), index: '', from, wheels })).rejects.toThrow(/SHA-256/)
    expect(existsSync(join(from, blas.wheel.file))).toBe(true)
  })

  it('names a library that its wheel does not have', async () => {
    const { wheel, data } = makeWheel('empty', { 'x/a.so': 'a' }, ['x/b.so'])
    const from = temporaryFolder()
    writeFileSync(join(from, wheel.file), data)
    await expect(installLibraries({ folder: target(), index: '', from, wheels: [wheel] })).rejects.toThrow(
      'empty-1.0-py3-none-any.whl has no x/b.so',
    )
  })

  it('touches no folder of somebody else', async () => {
    const folder = target()
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'mine'), '')
    await expect(installLibraries({ folder, index: '', wheels })).rejects.toThrow(/is in the way/)
    expect(() => uninstallLibraries(folder)).toThrow(/was not installed by keval-node/)
    expect(existsSync(join(folder, 'mine'))).toBe(true)
  })

  it('uninstalls', async () => {
    const index = await startIndex()
    const folder = target()
    await installLibraries({ folder, index: index.url, wheels })
    expect(uninstallLibraries(folder)).toBe(true)
    expect(beside(folder)).toEqual([])
    expect(uninstallLibraries(folder)).toBe(false)
  })
})

it('takes the index from the option, else from PIP_INDEX_URL', () => {
  const env = { PIP_INDEX_URL: 'http://mirror/simple/' }
  expect(indexUrl('http://mine/simple', env)).toBe('http://mine/simple')
  expect(indexUrl(undefined, env)).toBe('http://mirror/simple')
})
