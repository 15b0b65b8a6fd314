import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeTuning } from '../../../inference-node/engine/tuning/describe-tuning.ts'
import { decide, measureInterleaved } from '../../../inference-node/engine/tuning/rounds.ts'
import type { Tuning } from '../../../inference-node/engine/tuning/tuning.ts'
import {
  findTuning,
  readTunings,
  toTuningName,
  tuningFolders,
  writeTuning,
} from '../../../inference-node/engine/tuning/tuning-file.ts'
import { toTuningStatus } from '../../../inference-node/engine/tuning/tuning-status.ts'
import { temporaryFolder } from '../convert/fixtures.ts'

describe('a decision by measurements', () => {
  const rates = (values: Record<number, number[]>) =>
    Object.entries(values).map(([value, each]) => ({ value: Number(value), rates: each }))

  it.each([
    [
      'keeps the default when others are better by less than the spread',
      { 128: [10, 12, 11], 256: [11, 13, 12] },
      128,
    ],
    ['keeps it when nothing else was measured', { 128: [10, 12, 11] }, 128],
    ['keeps it after too few rounds for a small gain', { 128: [10, 10], 256: [14, 14] }, 128],
    ['takes a clear gain after one round', { 128: [10], 256: [16] }, 256],
    ['keeps it when only another was measured in time', { 128: [], 256: [16] }, 128],
    ['leaves out what the time was too short for', { 128: [10], 256: [16], 512: [] }, 256],
    ['takes what beats it by more', { 128: [10, 11, 10], 256: [14, 15, 14] }, 256],
    [
      'takes the smaller of what is about the best',
      { 128: [10, 11, 10], 256: [29, 29, 29], 512: [30, 30, 30] },
      256,
    ],
    ['takes a smaller one that is faster', { 64: [20, 20, 20], 128: [10, 11, 10] }, 64],
    ['is not misled by one slow round of the default', { 128: [10, 10, 1], 256: [11, 11, 11] }, 128],
  ] as const)('%s', (_, measured, chosen) => {
    expect(decide(rates(measured as unknown as Record<number, number[]>), 128)).toBe(chosen)
  })

  it('rests on rounds there and back, each measurement begun only while there is time', async () => {
    const order: number[] = []
    const measure = async (value: number) => order.push(value)
    const candidates = await measureInterleaved([1, 2], 9, measure, () => order.length >= 7)
    expect(order).toEqual([1, 2, 1, 2, 2, 1, 1]) // the first of each is not counted
    expect(candidates.map(({ rates: each }) => each.length)).toEqual([3, 2])
    const cold = await measureInterleaved(
      [1, 2],
      3,
      async () => 1,
      () => false,
      { warmsUp: false },
    )
    expect(cold.map(({ rates: each }) => each.length)).toEqual([3, 3])
  })
})

const key = {
  provider: 'cuda',
  device: 'NVIDIA L4',
  driver: '580.95.05',
  runtime: 'onnxruntime 1.30.0',
  weightsDigest: 'a'.repeat(64),
} as const
const tuning: Tuning = {
  key,
  measuredAt: '2026-01-02T03:04:05.000Z',
  settings: { chunkTokens: 256, slots: 32, threads: null },
  measured: { chunkTokens: [], slots: [], threads: [] },
  precisions: null,
}

describe('what a tuning says', () => {
  it('names what there was no time for', () => {
    const rate = { value: 8, median: 5, lowest: 4, highest: 6, rounds: 3 }
    const onCpu = { ...key, provider: 'cpu', device: 'x, 4 threads', driver: null } as const
    const partly = { ...tuning, key: onCpu, measured: { chunkTokens: [], slots: [rate], threads: [] } }
    const settings = { chunkTokens: 128, slots: 8, threads: 4 }
    expect(describeTuning({ ...partly, settings })).toEqual([
      'device     x, 4 threads by cpu',
      'chunks     128; not measured: the time was over',
      'slots      8; tokens/s in 3 rounds by 8: 5 (4 to 6)',
      'threads    4; not measured: the time was over',
      'precision  not compared: the time was over, or the shapes of the model are not known',
    ])
  })

  it('says how many rounds there was time for', () => {
    const rates = [1, 2].map((rounds) => ({ value: 8 * rounds, median: 5, lowest: 4, highest: 6, rounds }))
    const partly = { ...tuning, measured: { chunkTokens: [], slots: rates, threads: [] } }
    expect(describeTuning(partly)[2]).toBe(
      'slots      32 in place of 64; tokens/s in 1 to 2 rounds (the time was over: only a clear gain would count) by 8: 5 (4 to 6), 16: 5 (4 to 6)',
    )
  })

  it('names the precision that serves better, and how to convert to it', () => {
    const speed = (precision: string, ms: number) => ({
      precision,
      oneRowMs: ms,
      eightRowsMs: ms,
      promptMs: 4 * ms,
    })
    const precisions = {
      served: 'int8 by row',
      fastest: 'int4',
      speeds: [speed('int8 by row', 10), speed('int4', 7)],
    }
    const onCpu = { ...key, provider: 'cpu' } as const
    expect(describeTuning({ ...tuning, key: onCpu, precisions })).toContain(
      "precision  int4 would serve better here: a judgment's products take 70% of the time of int8 by row (keval-node convert CHECKPOINT --out DIRECTORY --precision int4)",
    )
  })
})

describe('the file of tunings', () => {
  const places = () => {
    const model = temporaryFolder()
    return tuningFolders(model, key.weightsDigest, { XDG_CACHE_HOME: join(model, 'cache') })
  }
  const status = async (folders: string[], asked = {}) =>
    toTuningStatus(await readTunings(folders), { ...key, ...asked })

  it('gives a tuning back for exactly its key', async () => {
    const folders = places()
    expect((await status(folders)).state).toBe('missing')
    expect(await writeTuning(folders, tuning)).toBe(join(folders[0]!, toTuningName(key)))
    expect(await status(folders)).toMatchObject({
      state: 'applied',
      tuning,
      file: join(folders[0]!, toTuningName(key)),
    })
    expect(readdirSync(folders[0]!)).toEqual([toTuningName(key)])
  })

  it.each([
    [{ device: 'NVIDIA H100' }, 'device'],
    [{ driver: '590.1' }, 'driver'],
    [{ runtime: 'onnxruntime 1.31.0' }, 'runtime'],
    [{ weightsDigest: 'b'.repeat(64) }, 'set of weights'],
    [{ provider: 'cpu', device: 'x', driver: null }, 'provider, device, driver'],
  ])('is not trusted for another key: %j', async (other, named) => {
    const folders = places()
    await writeTuning(folders, tuning)
    expect(await status(folders, other)).toMatchObject({
      state: 'outdated',
      tuning: null,
      problem: `measured for a different ${named}`,
    })
  })

  it('keeps those of other devices, and the later of one device', async () => {
    const folders = places()
    const elsewhere = { ...tuning, key: { ...key, device: 'NVIDIA H100' } }
    const later = { ...tuning, settings: { ...tuning.settings, slots: 16 } }
    for (const each of [tuning, elsewhere, later]) await writeTuning(folders, each)
    const tunings = await readTunings(folders)
    expect(findTuning(tunings, key)?.tuning).toEqual(later)
    expect(findTuning(tunings, elsewhere.key)?.tuning).toEqual(elsewhere)
    expect(tunings.files).toHaveLength(2)
  })

  it('keeps the results of devices that are written at the same time', async () => {
    const folders = places()
    const devices = Array.from({ length: 12 }, (_, index) => ({ ...key, device: `GPU ${index}` }))
    await Promise.all(devices.map((each) => writeTuning(folders, { ...tuning, key: each })))
    const tunings = await readTunings(folders)
    expect(devices.map((each) => findTuning(tunings, each)?.tuning.key)).toEqual(devices)
  })

  it('drops the oldest beyond twenty', async () => {
    const folders = places()
    for (let day = 1; day <= 21; day++)
      await writeTuning(folders, {
        ...tuning,
        key: { ...key, device: `GPU ${day}` },
        measuredAt: `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`,
      })
    const { files } = await readTunings(folders)
    const kept = files.map((file) => Number(file.tuning!.key.device.slice(4))).sort((a, b) => a - b)
    expect(kept).toEqual(Array.from({ length: 20 }, (_, index) => index + 2))
  })

  it.each([
    ['{', 'is not valid JSON'],
    ['{"version":2,"tuning":{}}', 'does not fit its schema: version: '],
    [
      JSON.stringify({
        version: 1,
        tuning: { ...tuning, settings: { ...tuning.settings, chunkTokens: 0 } },
      }),
      'settings.chunkTokens: ',
    ],
    [JSON.stringify({ version: 1, tuning: { ...tuning, more: 1 } }), 'does not fit its schema: tuning: '],
    [' '.repeat(2 << 20), 'has more than 1048576 bytes'],
  ])('is not used when it is broken: %#', async (content, problem) => {
    const folders = places()
    const file = join(folders[0]!, toTuningName(key))
    writeFileSync(file, content)
    const broken = await status(folders)
    expect(broken).toMatchObject({ state: 'unreadable', tuning: null })
    expect(broken.problem).toContain(problem)
    expect(broken.problem).toContain(file)
    // and is replaced by the next measurement
    await writeTuning(folders, tuning)
    expect((await status(folders)).state).toBe('applied')
  })
})
