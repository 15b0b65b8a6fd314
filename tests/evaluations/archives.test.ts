import { createHash } from 'node:crypto'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter } from '@zip.js/zip.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Comparison } from '../../schema/api/comparisons.ts'
import type { Manifest } from '../../schema/api/evaluation-archive.ts'
import type { EvaluationHistory } from '../../schema/api/evaluation-tags.ts'
import type { Evaluation } from '../../schema/api/evaluations.ts'
import type { LeaderboardEntry } from '../../schema/api/leaderboard.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'
import { makeRows, writeWhatTheAnswerSays } from './rows.ts'

const weights = { weights_digest: 'a'.repeat(64), precision: 'int8', provider: 'cpu' }

let node: JudgingNode
let source: EvaluatingGateway
let target: EvaluatingGateway
/** An evaluation of two turns, labels, repeats, ratings of 0, a missing rating and a failure. */
let id: string
let archive: Uint8Array

beforeAll(async () => {
  node = await judgingNode('judge')
  writeWhatTheAnswerSays(node)
  const write = node.write
  node.write = (asked) => (asked.messages.at(-1)!.content.includes('고장') ? 'too long' : write(asked))
  node.weights = () => weights
  source = await startEvaluating({ NODES: node.url, PUBLIC_URL: 'https://source.example' })
  target = await startEvaluating({ NODES: node.url })
  const two = (rating: number, second: number) => ({
    turns: [
      { question: '첫 질문', answer: `답변 <${rating}> 하나` },
      { question: '다음 "질문"\n,', answer: `답변 <${second}> 둘`, reference: '모범' },
    ],
  })
  id = await source.begin('model=judge&name=%ED%95%9C%EA%B5%AD&repeats=2&tags=nightly', [
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
  archive = await download(source, id)
})
afterAll(async () => {
  await source.stop()
  await target.stop()
  await node.close()
})

async function download(gateway: EvaluatingGateway, evaluation: string): Promise<Uint8Array> {
  const response = await gateway.fetch(`/v1/evaluations/${evaluation}/export`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/zip')
  return new Uint8Array(await response.arrayBuffer())
}

const upload = (gateway: EvaluatingGateway, bytes: Uint8Array, query = '') =>
  gateway.fetch(`/v1/evaluations/import${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/zip' },
    body: bytes as Uint8Array<ArrayBuffer>,
  })

/** The files of an archive as text. */
async function unpack(bytes: Uint8Array): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const entry of await new ZipReader(new Uint8ArrayReader(bytes)).getEntries()) {
    if (entry.directory) continue
    files.set(entry.filename, new TextDecoder().decode(await entry.getData(new Uint8ArrayWriter())))
  }
  return files
}

async function pack(files: Iterable<[string, string | Uint8Array]>, comment = ''): Promise<Uint8Array> {
  const writer = new Uint8ArrayWriter()
  const zip = new ZipWriter(writer)
  for (const [name, content] of files) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    await zip.add(name, new Uint8ArrayReader(bytes), { comment })
  }
  await zip.close()
  return writer.getData()
}

/** The archive with one file changed and, as somebody who means it would, its digest in the manifest corrected. */
async function forge(name: string, change: (text: string) => string): Promise<Uint8Array> {
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
const lines = (change: (values: Record<string, unknown>[]) => unknown[]) => (text: string) =>
  change(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  )
    .map((value) => `${JSON.stringify(value)}\n`)
    .join('')

const evaluations = async (gateway: EvaluatingGateway) =>
  (await gateway.get<{ data: Evaluation[] }>('/v1/evaluations')).data

const text = async (gateway: EvaluatingGateway, path: string) => (await gateway.fetch(path)).text()

describe('an exported evaluation', () => {
  it('holds rows, results, labels and reports, with the digest of each', async () => {
    const files = await unpack(archive)
    expect([...files.keys()]).toEqual([
      'rows.jsonl',
      'labels.jsonl',
      'results.jsonl',
      'report.json',
      'report.en.md',
      'report.ko.md',
      'report.en.html',
      'report.ko.html',
      'manifest.json',
    ])
    const manifest: Manifest = JSON.parse(files.get('manifest.json')!)
    expect(manifest).toMatchObject({
      format: 'keval-edge.evaluation',
      version: 1,
      origin: { gateway: 'https://source.example', evaluation: id },
      name: '한국',
      judge: { model: 'judge', weights: [weights] },
      settings: { protocol: 'ko-bench', repeats: 2 },
      counts: { rows: 7, judgments: 16, rated: 12, wrong: 2, failed: 2 },
    })
    for (const { name, bytes, sha256 } of manifest.files) {
      const content = Buffer.from(files.get(name)!)
      expect([name, content.length, createHash('sha256').update(content).digest('hex')]).toEqual([
        name,
        bytes,
        sha256,
      ])
    }
    expect(manifest.templates.map(({ name }) => name).sort()).toEqual([
      'single-math-v1',
      'single-math-v1-multi-turn',
      'single-v1',
    ])
    expect(files.get('report.ko.html')).toContain('<html lang="ko">')
    const first = JSON.parse(files.get('results.jsonl')!.split('\n')[0]!)
    expect(first).toMatchObject({
      rating: 0,
      question: '질문 0',
      reference: '참고',
      explanation: '설명입니다.',
    })
  })

  it('gives the same results, labels and numbers where it is imported', async () => {
    const judged = node.asked.length
    const response = await upload(target, archive)
    const imported = (await response.json()) as Evaluation
    expect(response.status, JSON.stringify(imported)).toBe(201)
    const original = await source.get<Evaluation>(`/v1/evaluations/${id}`)
    const same = [
      'name',
      'status',
      'rows',
      'counts',
      'dataset',
      'preview',
      'weights_digest',
      'file_sha256',
    ] as const
    for (const name of same) expect(imported[name], name).toEqual(original[name])
    expect(imported.tags).toEqual([])
    expect(imported.imported).toMatchObject({
      key: 'key_demo',
      archive_sha256: createHash('sha256').update(archive).digest('hex'),
      origins: [{ gateway: 'https://source.example', evaluation: id }],
    })
    for (const part of ['results?texts=true', 'results?format=csv', 'labels']) {
      expect(await text(target, `/v1/evaluations/${imported.id}/${part}`), part).toBe(
        await text(source, `/v1/evaluations/${id}/${part}`),
      )
    }
    const reports = [await source.report(id), await target.report(imported.id)]
    const [theirs, ours] = reports.map(({ id: _, notes: __, ...numbers }) => numbers)
    expect(ours).toEqual(theirs)
    const caveat = { code: 'note_imported', params: { gateway: 'https://source.example' } }
    expect(reports[0]!.notes).not.toContainEqual(expect.objectContaining({ code: 'note_imported' }))
    expect(reports[1]!.notes[0]).toMatchObject(caveat)
    expect(await text(target, `/v1/evaluations/${imported.id}/report?format=markdown&language=ko`)).toContain(
      '가져온 평가입니다. https://source.example',
    )
    expect(node.asked.length).toBe(judged)

    // its judgments answer no request
    expect((await target.get<{ data: unknown[] }>('/v1/judgments')).data).toEqual([])
    const usage = await target.get<{ data: unknown[] }>('/v1/usage')
    expect(usage.data).toEqual([])

    // and it is read, labelled, compared and shared like any other
    const found = await target.get<{ total: number }>(
      `/v1/evaluations/${imported.id}/rows?search=${encodeURIComponent('설명입니다')}`,
    )
    expect(found.total).toBe(5)
    const put = await target.fetch(`/v1/evaluations/${imported.id}/rows/1/labels/1`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ label: 1 }),
    })
    expect(put.status).toBe(200)
    const other = await target.begin('model=judge&name=here', makeRows([1, 5, 10, 7]))
    await target.ended(other)
    const comparison = await target.get<Comparison>(
      `/v1/evaluations/${imported.id}/comparison?with=${other}&model=org/other`,
    )
    const gatewayOfSource = { imported_from: 'https://source.example' }
    expect(comparison).toMatchObject({
      object: 'evaluation.comparison',
      x: gatewayOfSource,
      y: { imported_from: null },
    })
    expect(comparison.notes).toContainEqual(expect.objectContaining({ code: 'note_imported_side' }))
    expect((await target.call(`/v1/evaluations/${imported.id}/share-links`, {})).status).toBe(201)

    const refused = await target.fetch(`/v1/evaluations/${imported.id}/resume`, { method: 'POST' })
    expect([refused.status, ((await refused.json()) as { reason: string }).reason]).toEqual([
      409,
      'imported_not_resumed',
    ])

    // the way back names both gateways, and the original is known
    const again = await download(target, imported.id)
    const manifest: Manifest = JSON.parse((await unpack(again)).get('manifest.json')!)
    expect([...manifest.earlier_origins, manifest.origin].map(({ evaluation }) => evaluation)).toEqual([
      id,
      imported.id,
    ])
    const known = await upload(source, again)
    expect(known.status).toBe(409)
    expect(await known.json()).toMatchObject({ reason: 'evaluation_imported', params: { evaluation: id } })
    const twice = await upload(target, archive)
    expect(twice.status).toBe(409)
    expect(await twice.json()).toMatchObject({ params: { evaluation: imported.id } })
    expect((await target.fetch(`/v1/evaluations/${imported.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await upload(target, archive, '?name=mine&tags=a,b')).status).toBe(201)
    expect((await evaluations(target))[0]).toMatchObject({ name: 'mine', tags: ['a', 'b'] })
  })

  it('is marked among evaluations of this gateway, and takes no place from one', async () => {
    // the same questions: once judged elsewhere, then here
    const rows = makeRows([2, 4, 6, 8])
    const theirs = await source.begin('model=judge&name=twin', rows)
    await source.ended(theirs)
    const imported = (await (
      await upload(target, await download(source, theirs), '?tags=twins')
    ).json()) as Evaluation
    const board = async () =>
      (await target.get<{ data: LeaderboardEntry[] }>('/v1/leaderboard')).data.filter(
        ({ model }) => model === 'twin',
      )
    const from = 'https://source.example'
    expect(await board()).toEqual([
      expect.objectContaining({ evaluation_id: imported.id, imported_from: from }),
    ])
    const ours = await target.begin('model=judge&name=twin&tags=twins', rows)
    await target.ended(ours)
    const later = await source.begin('model=judge&name=twin', makeRows([10, 10, 10, 10]))
    await source.ended(later)
    expect((await upload(target, await download(source, later), '?tags=twins')).status).toBe(201)
    expect(await board()).toContainEqual(
      expect.objectContaining({ evaluation_id: ours, imported_from: null }),
    )
    const { data } = await target.get<EvaluationHistory>('/v1/evaluations/history?tag=twins')
    expect(data.map((run) => [run.imported_from, run.changed.includes('gateway')])).toEqual([
      [from, false],
      [null, true],
      [from, true],
    ])
  })

  it('is not exported before it has ended', async () => {
    node.delayMs = 300
    const running = await source.begin('model=judge', makeRows([1, 2, 3]))
    const response = await source.fetch(`/v1/evaluations/${running}/export`)
    expect([response.status, ((await response.json()) as { reason: string }).reason]).toEqual([
      409,
      'export_not_ended',
    ])
    node.delayMs = 0
    await source.ended(running)
  })

  it('is exported however many asked for it and read nothing', async () => {
    const path = `/v1/evaluations/${id}/export`
    const unread = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const abort = new AbortController()
        const method = index % 2 === 0 ? 'HEAD' : 'GET'
        const response = await source.fetch(path, { method, signal: abort.signal })
        if (index % 4 === 1) abort.abort()
        return response
      }),
    )
    for (const response of unread) {
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/zip')
    }
    expect([...(await unpack(await download(source, id))).keys()]).toContain('manifest.json')
  })

  it('keeps what a cancelled evaluation came to', async () => {
    node.delayMs = 150
    const cancelled = await source.begin('model=judge&name=cancelled', makeRows(Array(60).fill(4)))
    await source.fetch(`/v1/evaluations/${cancelled}/cancel`, { method: 'POST' })
    node.delayMs = 0
    await new Promise((resolve) => setTimeout(resolve, 500))
    const response = await upload(target, await download(source, cancelled))
    const imported = (await response.json()) as Evaluation
    const original = await source.get<Evaluation>(`/v1/evaluations/${cancelled}`)
    expect(imported.status).toBe('cancelled')
    expect(imported.counts).toEqual(original.counts)
    expect(imported.counts.pending).toBeGreaterThan(0)
  })
})

describe('an archive that is not that of an export', () => {
  beforeAll(async () => {
    for (const { id } of await evaluations(target)) {
      await target.fetch(`/v1/evaluations/${id}`, { method: 'DELETE' })
    }
  })

  const refusals: [string, () => Promise<Uint8Array>, string, string][] = [
    ['is no ZIP file', async () => Buffer.from('no archive'), 'file', 'archive_unreadable'],
    ['is cut', async () => archive.slice(0, archive.length - 200), 'file', 'archive_unreadable'],
    [
      'has a directory larger than any of an export',
      async () => pack(await unpack(archive), 'x'.repeat(60_000)),
      'file',
      'archive_unreadable',
    ],
    [
      'has another file',
      async () => pack([...(await unpack(archive)), ['../evil', 'x']]),
      '../evil',
      'archive_entry_foreign',
    ],
    [
      'lacks a file',
      async () => pack([...(await unpack(archive))].filter(([name]) => name !== 'labels.jsonl')),
      'labels.jsonl',
      'archive_entry_missing',
    ],
    [
      'has a file of another size',
      async () => pack(new Map([...(await unpack(archive)), ['report.en.md', 'short']])),
      'report.en.md',
      'archive_entry_differs',
    ],
    [
      'has a changed file',
      async () => {
        const files = await unpack(archive)
        return pack(files.set('report.en.md', files.get('report.en.md')!.replace('judge', 'jugde')))
      },
      'report.en.md',
      'archive_entry_differs',
    ],
    [
      'is of a newer version',
      () => forge('manifest.json', (json) => json.replace('"version": 1', '"version": 2')),
      'manifest.json: version',
      'archive_version',
    ],
    [
      'was judged with other prompts',
      () =>
        forge('manifest.json', (json) =>
          json.replace(/("templates":[^\]]*?"sha256": ")[0-9a-f]{8}/, '$100000000'),
        ),
      'manifest.json: templates',
      'archive_template_differs',
    ],
    [
      'has a wrong setting',
      () => forge('manifest.json', (json) => json.replace('"repeats": 2', '"repeats": 99')),
      'manifest.json: settings.repeats',
      'at_most',
    ],
    [
      'has other counts',
      () => forge('manifest.json', (json) => json.replace('"rated": 12', '"rated": 11')),
      'manifest.json: counts.rated',
      'archive_counts_differ',
    ],
    [
      'has another template',
      () => forge('manifest.json', (json) => json.replace(/("version": 1,\s+"sha256": ")./, '$1g')),
      'manifest.json: templates.0.sha256',
      'wrong_format',
    ],
    [
      'has a rating out of range',
      () =>
        forge(
          'results.jsonl',
          lines(([first, ...rest]) => [{ ...first, rating: 11 }, ...rest]),
        ),
      'results.jsonl line 1: rating',
      'at_most',
    ],
    [
      'has a verdict without its rating',
      () =>
        forge(
          'results.jsonl',
          lines(([first, ...rest]) => [{ ...first, rating: null }, ...rest]),
        ),
      'results.jsonl line 1: rating',
      'wrong_value',
    ],
    [
      'has a result of another answer',
      () =>
        forge(
          'results.jsonl',
          lines(([a, b, ...rest]) => [a, { ...b, answer: '다른 답' }, ...rest]),
        ),
      'results.jsonl line 2',
      'archive_line_unfit',
    ],
    [
      'has a result twice',
      () =>
        forge(
          'results.jsonl',
          lines(([first, ...rest]) => [first, first, ...rest]),
        ),
      'results.jsonl line 2: row',
      'archive_not_in_order',
    ],
    [
      'has a row of another number',
      () =>
        forge(
          'rows.jsonl',
          lines(([first, ...rest]) => [{ ...first, row: 2 }, ...rest]),
        ),
      'rows.jsonl line 1: row',
      'archive_not_in_order',
    ],
    [
      'has a template that does not fit its row',
      () =>
        forge(
          'rows.jsonl',
          lines(([first, ...rest]) => [{ ...first, planned: [[2, 'single-v1-multi-turn']] }, ...rest]),
        ),
      'rows.jsonl line 1: planned',
      'archive_plan_unfit',
    ],
    [
      'has a label of no row',
      () =>
        forge(
          'labels.jsonl',
          lines(([first]) => [{ ...first, row: 99 }]),
        ),
      'labels.jsonl line 1',
      'archive_line_unfit',
    ],
    [
      'has text that is not Unicode',
      () => forge('rows.jsonl', (text) => text.replace('질문 0', '\\ud800')),
      'rows.jsonl line 1: input.turns.0.question',
      'not_utf8',
    ],
  ]

  it.each(refusals)('%s: it is refused by name', async (_, make, field, code) => {
    const before = await evaluations(target)
    const response = await upload(target, await make())
    const body = (await response.json()) as { reason: string; errors: { field: string; code: string }[] }
    expect([response.status, body.reason], JSON.stringify(body)).toEqual([400, 'archive_invalid'])
    expect(body.errors[0]).toMatchObject({ field, code })
    expect(await evaluations(target)).toEqual(before)
  })

  it('decompresses to more than it says: it is refused without being held', async () => {
    const files = await unpack(archive)
    const manifest: Manifest = JSON.parse(files.get('manifest.json')!)
    manifest.files.find(({ name }) => name === 'report.json')!.bytes = 3_000_000_000
    const bytes = await pack(files.set('manifest.json', JSON.stringify(manifest)))
    // the size of report.json in the central directory
    const at = Buffer.from(bytes).lastIndexOf('report.json') - 46
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(at + 24, 3_000_000_000, true)
    const response = await upload(target, bytes)
    expect(response.status).toBe(400)
    expect(((await response.json()) as { errors: object[] }).errors[0]).toMatchObject({
      field: 'report.json',
      code: 'archive_too_large',
    })
  })
})
