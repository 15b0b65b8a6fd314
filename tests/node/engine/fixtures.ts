import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type ConvertOptions, convertCheckpoint } from '../../../inference-node/convert/convert.ts'
import type { Precision } from '../../../inference-node/model/directory.ts'

/** A model directory made of a checkpoint of tests/fixtures. Removed when the file's tests are over. */
export async function tinyModel(
  precision: Exclude<Precision, 'unknown'> = 'int8',
  checkpoint = 'tiny-llama',
  blockSize: ConvertOptions['blockSize'] = precision === 'int4' ? 'mixed' : 32,
  target: ConvertOptions['target'] = 'cpu',
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'keval-engine-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const out = join(folder, checkpoint)
  await convertCheckpoint(join(import.meta.dirname, '../../fixtures/checkpoints', checkpoint), out, {
    precision,
    blockSize,
    target,
    activations: 'int8',
    contextLength: 512,
    threads: 1,
  })
  return out
}

/** A prompt of tokens that differ from one seed to the next. */
export function madeUpTokens(length: number, seed: number, vocabularySize = 500): number[] {
  return Array.from(
    { length },
    (_, index) => (index * 7919 + seed * 104_729 + index * index * 31) % vocabularySize,
  )
}
