import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CommandOutput } from '../../../inference-node/cli/command-line.ts'
import { widen } from '../../../inference-node/convert/checkpoint/floats.ts'
import { readSafetensors } from '../../../inference-node/convert/checkpoint/safetensors.ts'

export const checkpoint = (name: string) => join(import.meta.dirname, '../../fixtures/checkpoints', name)

export interface Reference {
  prompts: number[][]
  /** 64 tokens for each prompt. */
  greedy: number[][]
  /** For each prompt: [tokens, vocabulary]. */
  logits: Float32Array[]
}

/** The output of transformers for a checkpoint of tests/fixtures. */
export function reference(name: string): Reference {
  const { prompts, greedy } = JSON.parse(readFileSync(join(checkpoint(name), 'reference.json'), 'utf8'))
  const { vocab_size } = JSON.parse(readFileSync(join(checkpoint(name), 'config.json'), 'utf8'))
  const bytes = readFileSync(join(checkpoint(name), 'reference.f32'))
  let at = bytes.byteOffset
  const logits = (prompts as number[][]).map((prompt) => {
    const part = new Float32Array(bytes.buffer.slice(at, at + prompt.length * vocab_size * 4))
    at += part.byteLength
    return part
  })
  return { prompts, greedy, logits }
}

/** |actual - expected| / |expected|, both as vectors. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  let difference = 0
  let size = 0
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2
    size += expected[i]! ** 2
  }
  return actual.length === expected.length ? Math.sqrt(difference / size) : Number.NaN
}

/** The largest {@link relativeError} of any position. */
export function worstPosition(actual: Float32Array, expected: Float32Array, vocabulary: number): number {
  let worst = actual.length === expected.length ? 0 : Number.NaN
  for (let at = 0; at < expected.length; at += vocabulary)
    worst = Math.max(
      worst,
      relativeError(actual.subarray(at, at + vocabulary), expected.subarray(at, at + vocabulary)),
    )
  return worst
}

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keval-convert-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface PlainTensor {
  name: string
  format: string
  shape: number[]
  data: Uint8Array
}

/** All tensors of a safetensors file with their bytes. */
export async function readTensors(file: string): Promise<PlainTensor[]> {
  const bytes = readFileSync(file)
  return [...(await readSafetensors(file)).values()].map(
    ({ name, format, shape, offset, bytes: length }) => ({
      name,
      format,
      shape,
      data: new Uint8Array(bytes.subarray(offset, offset + length)),
    }),
  )
}

/** Writes a safetensors file. */
export function writeTensors(file: string, tensors: PlainTensor[]) {
  let at = 0
  const entries = tensors.map(({ name, format, shape, data }) => {
    const range = [at, at + data.length]
    at += data.length
    return [name, { dtype: format, shape, data_offsets: range }]
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  writeFileSync(file, Buffer.concat([length, header, ...tensors.map((tensor) => tensor.data)]))
}

/** A copy of a checkpoint in float32, its weights changed tensor by tensor. */
export async function rewritten(
  source: string,
  change: (tensor: PlainTensor, weights: Float32Array) => Float32Array,
): Promise<string> {
  const folder = join(temporaryFolder(), 'rewritten')
  cpSync(source, folder, { recursive: true, filter: (path) => !/\.safetensors|index\.json/.test(path) })
  const files = readdirSync(source).filter((file) => file.endsWith('.safetensors'))
  const tensors = (await Promise.all(files.map((file) => readTensors(join(source, file))))).flat()
  writeTensors(
    join(folder, 'model.safetensors'),
    tensors.map((tensor) => {
      const weights = new Float32Array(tensor.shape.reduce((product, size) => product * size, 1))
      widen(tensor.format as 'F32', tensor.data, weights)
      const changed = Float32Array.from(change(tensor, weights))
      return { ...tensor, format: 'F32', data: new Uint8Array(changed.buffer) }
    }),
  )
  return folder
}

/** A command's output, line by line. */
export function collected(): CommandOutput & { lines: string[] } {
  const lines: string[] = []
  return { lines, answer: (line) => lines.push(line), note: (line) => lines.push(line), progress: () => {} }
}
