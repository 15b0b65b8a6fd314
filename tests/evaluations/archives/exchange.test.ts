import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Comparison } from '../../../schema/api/comparisons.ts'
import type { Manifest } from '../../../schema/api/evaluation-archive.ts'
import type { EvaluationHistory } from '../../../schema/api/evaluation-tags.ts'
import type { Evaluation } from '../../../schema/api/evaluations.ts'
import type { LeaderboardEntry } from '../../../schema/api/leaderboard.ts'
import type { EvaluatingGateway } from '../gateway.ts'
import type { JudgingNode } from '../judging-node.ts'
import { makeRows } from '../rows.ts'
import {
  type ArchiveStage,
  download,
  listEvaluations,
  startArchiveStage,
  unpack,
  upload,
  weights,
} from './stage.ts'

let stage: ArchiveStage
let source: EvaluatingGateway
let target: EvaluatingGateway
let node: JudgingNode
let id: string
let archive: Uint8Array

beforeAll(async () => {
  stage = await startArchiveStage()
  ;({ node, source, target, id, archive } = stage)
})
afterAll(() => stage.stop())

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
    expect((await listEvaluations(target))[0]).toMatchObject({ name: 'mine', tags: ['a', 'b'] })
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
