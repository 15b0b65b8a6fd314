import { createHash } from 'node:crypto'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter } from '@zip.js/zip.js'
import { expect } from 'vitest'
import type { Manifest } from '../../../schema/api/evaluation-archive.ts'
import type { Evaluation } from '../../../schema/api/evaluations.ts'
import { type EvaluatingGateway, startEvaluating } from '../gateway.ts'
import { type JudgingNode, judgingNode } from '../judging-node.ts'
import { makeRows, writeWhatTheAnswerSays } from '../rows.ts'

export const weights = { weights_digest: 'a'.repeat(64), precision: 'int8', provider: 'cpu' }

/** Two gateways, and an archive of one that the other may import. */
export interface ArchiveStage {
  node: JudgingNode
  source: EvaluatingGateway
  target: EvaluatingGateway
  /** An evaluation of two turns, labels, repeats, ratings of 0, a missing rating and a failure. */
  id: string
  archive: Uint8Array
  stop(): Promise<void>
}

export async function startArchiveStage(): Promise<ArchiveStage> {
  const node = await judgingNode('judge')
  writeWhatTheAnswerSays(node)
  const write = node.write
  node.write = (asked) => (asked.messages.at(-1)!.content.includes('고장') ? 'too long' : write(asked))
  node.weights = () => weights
  const source = await startEvaluating({ NODES: node.url, PUBLIC_URL: 'https://source.example' })
  const target = await startEvaluating({ NODES: node.url })
  const two = (rating: number, second: number) => ({
    turns: [
      { question: '첫 질문', answer: `답변 <${rating}> 하나` },
      { question: '다음 "질문"\n,', answer: `답변 <${second}> 둘`, reference: '모범' },
    ],
  })
  const id = await source.begin('model=judge&name=%ED%95%9C%EA%B5%AD&repeats=2&tags=nightly', [
    ...makeRows([0, 5, 10, 7.5], { label: 5, category: '수학(Math)', reference: '참고' }),
    ...makeRows(['nothing'], { category: 'writing', model: 'org/other' }).map((row) => ({ ...row, id: 'x' })),
    { id: 'y', ...two(3, 8) },
    { id: 'z', question: '고장', answer: '답변 <1>' },
  ])
  await source.ended(id, 150_000)
  const labelled = await source.fetch(`/v1/evaluations/${id}/rows/2/labels/1`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ label: 0, note: '틀린 답' }),
  })
  expect(labelled.status).toBe(200)
  const stop = async () => {
    await source.stop()
    await target.stop()
    await node.close()
  }
  return { node, source, target, id, archive: await download(source, id), stop }
}

export async function download(gateway: EvaluatingGateway, evaluation: string): Promise<Uint8Array> {
  const response = await gateway.fetch(`/v1/evaluations/${evaluation}/export`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/zip')
  return new Uint8Array(await response.arrayBuffer())
}

export const upload = (gateway: EvaluatingGateway, bytes: Uint8Array, query = '') =>
  gateway.fetch(`/v1/evaluations/import${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/zip' },
    body: bytes as Uint8Array<ArrayBuffer>,
  })

/** The files of an archive as text. */
export async function unpack(bytes: Uint8Array): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const entry of await new ZipReader(new Uint8ArrayReader(bytes)).getEntries()) {
    if (entry.directory) continue
    files.set(entry.filename, new TextDecoder().decode(await entry.getData(new Uint8ArrayWriter())))
  }
  return files
}

export async function pack(
  files: Iterable<[string, string | Uint8Array]>,
  comment = '',
): Promise<Uint8Array> {
  const writer = new Uint8ArrayWriter()
  const zip = new ZipWriter(writer)
  for (const [name, content] of files) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    await zip.add(name, new Uint8ArrayReader(bytes), { comment })
  }
  await zip.close()
  return writer.getData()
}

/** An archive with one file changed and, as somebody who means it would, its digest in the manifest corrected. */
export async function forge(
  archive: Uint8Array,
  name: string,
  change: (text: string) => string,
): Promise<Uint8Array> {
  const files = await unpack(archive)
  files.set(name, change(files.get(name)!))
  if (name !== 'manifest.json') {
    const manifest: Manifest = JSON.parse(files.get('manifest.json')!)
    const bytes = Buffer.from(files.get(name)!)
    const file = manifest.files.find((one) => one.name === name)!
    Object.assign(file, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })
    files.set('manifest.json', JSON.stringify(manifest))
  }
  return pack(files)
}

/** Changes the lines of a file of JSON lines. */
export const lines = (change: (values: Record<string, unknown>[]) => unknown[]) => (text: string) =>
  change(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  )
    .map((value) => `${JSON.stringify(value)}\n`)
    .join('')

export const listEvaluations = async (gateway: EvaluatingGateway) =>
  (await gateway.get<{ data: Evaluation[] }>('/v1/evaluations')).data
