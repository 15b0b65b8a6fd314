import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import type { BlockSize } from '../../inference-node/convert/precision.ts'
import { type LlamaShape, randomCheckpoint } from '../convert/random-checkpoint.ts'
import { type GgufQuantization, writeRandomGguf } from './gguf.ts'

/** The value of `--block`. */
export const parseBlock = (text: string) => (text === 'mixed' ? text : Number(text)) as Int4Block

type Int4Block = Exclude<BlockSize, 'row'>

/**
 * The models of the bench, made in `folder` unless they are there: one shape, random weights, in what conversion makes
 * for the CPU unless told otherwise, and in 4 bits.
 *
 * @param block weights that share a scale in the int4 models; those of GGUF have formats of their own
 */
export async function makeModels(folder: string, shape: LlamaShape, block: Int4Block) {
  mkdirSync(folder, { recursive: true })
  const byRow = join(folder, `onnx-${shape}-row`)
  const int4 = join(folder, `onnx-${shape}-${block}`)
  const fine = join(folder, `onnx-${shape}-32`)
  const missing = (
    [
      [byRow, { precision: 'int8', blockSize: 'row' }],
      [int4, { precision: 'int4', blockSize: block }],
      ...(int4 === fine ? [] : [[fine, { precision: 'int4', blockSize: 32 }] as const]),
    ] as const
  ).filter(([directory]) => !existsSync(directory))
  if (missing.length > 0) {
    const checkpoint = join(folder, `checkpoint-${shape}`)
    randomCheckpoint(checkpoint, shape)
    for (const [directory, format] of missing) {
      console.error(`making a model of random weights in ${directory}`)
      await convertCheckpoint(checkpoint, directory, {
        ...format,
        target: 'cpu',
        activations: 'int8',
        contextLength: 4096,
      })
    }
    rmSync(checkpoint, { recursive: true })
  }
  const gguf = (quantization: GgufQuantization) => {
    const file = join(folder, `${shape}-${quantization}.gguf`)
    if (!existsSync(file)) console.error(`writing ${file}`)
    if (!existsSync(file)) writeRandomGguf(file, shape, quantization)
    return file
  }
  // transformers.js expects the files under other names
  const forTransformers = join(folder, `transformers-${shape}-${block}`)
  if (!existsSync(forTransformers)) {
    mkdirSync(join(forTransformers, 'onnx'), { recursive: true })
    linkSync(join(int4, 'model.onnx'), join(forTransformers, 'onnx', 'model_q4.onnx'))
    linkSync(join(int4, 'model.onnx.data'), join(forTransformers, 'onnx', 'model.onnx.data'))
    const config = JSON.parse(readFileSync(join(int4, 'config.json'), 'utf8'))
    writeFileSync(join(forTransformers, 'config.json'), JSON.stringify({ ...config, model_type: 'llama' }))
  }
  const q4_0 = gguf('q4_0')
  const q4_k_m = gguf('q4_k_m')
  const q8_0 = gguf('q8_0')
  const weightsOf = (directory: string) => statSync(join(directory, 'model.onnx.data')).size
  const bytes = {
    byRow: weightsOf(byRow),
    int4: weightsOf(int4),
    fine: weightsOf(fine),
    q4_0: statSync(q4_0).size,
    q4_k_m: statSync(q4_k_m).size,
    q8_0: statSync(q8_0).size,
  }
  return { byRow, int4, fine, q4_0, q4_k_m, q8_0, transformers: forTransformers, bytes }
}

const embedded = join(import.meta.dirname, '../../keval-mini/model')

/**
 * An ONNX model of the bench in a folder that a node can serve: the tokenizer is keval-mini's, with a made-up word
 * for every further token.
 */
export function makeServable(onnx: string, vocabulary: number): string {
  const servable = `${onnx}-served`
  if (existsSync(servable)) return servable
  const made = `${servable}.partial`
  mkdirSync(made)
  writeTokenizer(made, vocabulary)
  const { weightFiles } = JSON.parse(readFileSync(join(onnx, 'conversion.json'), 'utf8'))
  const weights = weightFiles.map(({ name }: { name: string }) => name)
  for (const name of [...weights, 'config.json', 'conversion.json'])
    linkSync(join(onnx, name), join(made, name))
  renameSync(made, servable)
  return servable
}

/** Writes keval-mini's tokenizer with a made-up word for every further token. */
export function writeTokenizer(folder: string, vocabulary: number): void {
  const tokenizer = JSON.parse(readFileSync(join(embedded, 'tokenizer.json'), 'utf8'))
  const named = new Set<number>(Object.values(tokenizer.model.vocab))
  for (const { id } of tokenizer.added_tokens) named.add(id)
  for (let id = 0; id < vocabulary; id++) if (!named.has(id)) tokenizer.model.vocab[`낱말${id} `] = id
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer))
  copyFileSync(join(embedded, 'tokenizer_config.json'), join(folder, 'tokenizer_config.json'))
}
