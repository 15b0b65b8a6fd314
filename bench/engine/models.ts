import { existsSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import { randomCheckpoint } from '../convert/random-checkpoint.ts'
import { writeRandomGguf } from './gguf.ts'

/** The models of the bench, made in `folder` unless they are there: one shape, random weights, 4 bits. */
export async function makeModels(folder: string, shape: '1b' | '3b') {
  mkdirSync(folder, { recursive: true })
  const onnx = join(folder, `onnx-${shape}`)
  if (!existsSync(onnx)) {
    const checkpoint = join(folder, `checkpoint-${shape}`)
    randomCheckpoint(checkpoint, shape)
    await convertCheckpoint(checkpoint, onnx, {
      precision: 'int4',
      blockSize: 32,
      target: 'cpu',
      activations: 'int8',
      contextLength: 4096,
    })
    writeFileSync(join(onnx, 'tokenizer.json'), '{}') // the bench speaks in tokens
  }
  const gguf = (layers: 'q4_0' | 'q4_k') => {
    const file = join(folder, `${shape}-${layers}.gguf`)
    if (!existsSync(file)) writeRandomGguf(file, shape, layers)
    return file
  }
  // transformers.js wants the same files by other names
  const forTransformers = join(folder, `transformers-${shape}`)
  if (!existsSync(forTransformers)) {
    mkdirSync(join(forTransformers, 'onnx'), { recursive: true })
    linkSync(join(onnx, 'model.onnx'), join(forTransformers, 'onnx', 'model_q4.onnx'))
    linkSync(join(onnx, 'model.onnx.data'), join(forTransformers, 'onnx', 'model.onnx.data'))
    const config = JSON.parse(readFileSync(join(onnx, 'config.json'), 'utf8'))
    writeFileSync(join(forTransformers, 'config.json'), JSON.stringify({ ...config, model_type: 'llama' }))
  }
  return { onnx, q4_0: gguf('q4_0'), q4_k: gguf('q4_k'), transformers: forTransformers }
}
