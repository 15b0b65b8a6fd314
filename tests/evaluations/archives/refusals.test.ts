import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Manifest } from '../../../schema/api/evaluation-archive.ts'
import type { EvaluatingGateway } from '../gateway.ts'
import {
  type ArchiveStage,
  forge,
  lines,
  listEvaluations,
  pack,
  startArchiveStage,
  unpack,
  upload,
} from './stage.ts'

let stage: ArchiveStage
let target: EvaluatingGateway
let archive: Uint8Array

beforeAll(async () => {
  stage = await startArchiveStage()
  ;({ target, archive } = stage)
})
afterAll(() => stage.stop())

describe('an archive that is not that of an export', () => {
  beforeAll(async () => {
    for (const { id } of await listEvaluations(target)) {
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
      'expands to hundreds of times its size',
      () => forge(archive, 'rows.jsonl', (text) => text + ' '.repeat(40_000_000)),
      'rows.jsonl',
      'file_expands_too_far',
    ],
    [
      'is of a newer version',
      () => forge(archive, 'manifest.json', (json) => json.replace('"version": 1', '"version": 2')),
      'manifest.json: version',
      'archive_version',
    ],
    [
      'was judged with other prompts',
      () =>
        forge(archive, 'manifest.json', (json) =>
          json.replace(/("templates":[^\]]*?"sha256": ")[0-9a-f]{8}/, '$100000000'),
        ),
      'manifest.json: templates',
      'archive_template_differs',
    ],
    [
      'has a wrong setting',
      () => forge(archive, 'manifest.json', (json) => json.replace('"repeats": 2', '"repeats": 99')),
      'manifest.json: settings.repeats',
      'at_most',
    ],
    [
      'has other counts',
      () => forge(archive, 'manifest.json', (json) => json.replace('"rated": 12', '"rated": 11')),
      'manifest.json: counts.rated',
      'archive_counts_differ',
    ],
    [
      'has another template',
      () => forge(archive, 'manifest.json', (json) => json.replace(/("version": 1,\s+"sha256": ")./, '$1g')),
      'manifest.json: templates.0.sha256',
      'wrong_format',
    ],
    [
      'has a rating out of range',
      () =>
        forge(
          archive,
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
          archive,
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
          archive,
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
          archive,
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
          archive,
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
          archive,
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
          archive,
          'labels.jsonl',
          lines(([first]) => [{ ...first, row: 99 }]),
        ),
      'labels.jsonl line 1',
      'archive_line_unfit',
    ],
    [
      'has text that is not Unicode',
      () => forge(archive, 'rows.jsonl', (text) => text.replace('질문 0', '\\ud800')),
      'rows.jsonl line 1: input.turns.0.question',
      'not_utf8',
    ],
  ]

  it.each(refusals)('%s: it is refused by name', async (_, make, field, code) => {
    const before = await listEvaluations(target)
    const response = await upload(target, await make())
    const body = (await response.json()) as { reason: string; errors: { field: string; code: string }[] }
    expect([response.status, body.reason], JSON.stringify(body)).toEqual([400, 'archive_invalid'])
    expect(body.errors[0]).toMatchObject({ field, code })
    expect(await listEvaluations(target)).toEqual(before)
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
