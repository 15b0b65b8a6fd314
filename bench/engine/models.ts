import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import { type LlamaShape, randomCheckpoint } from '../convert/random-checkpoint.ts'
import { writeRandomGguf } from './gguf.ts'

/** The models of the bench, made in `folder` unless they are there: one shape, random weights, 4 bits. */
export async function makeModels(folder: string, shape: LlamaShape) {
  mkdirSync(folder, { recursive: true })
  const onnx = join(folder, `onnx-${shape}`)
  if (!existsSync(onnx)) {
    const checkpoint = join(folder, `checkpoint-${shape}`)
    console.error(`making a model of random weights in ${onnx}`)
    randomCheckpoint(checkpoint, shape)
    await convertCheckpoint(checkpoint, onnx, {
      precision: 'int4',
      blockSize: 'mixed',
      target: 'cpu',
      activations: 'int8',
      contextLength: 4096,
    })
    rmSync(checkpoint, { recursive: true })
  }
  const gguf = (layers: 'q4_0' | 'q4_k') => {
    const file = join(folder, `${shape}-${layers}.gguf`)
    if (!existsSync(file)) console.error(`writing ${file}`)
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
  const q4_0 = gguf('q4_0')
  const q4_k = gguf('q4_k')
  const bytes = {
    onnx: statSync(join(onnx, 'model.onnx.data')).size,
    q4_0: statSync(q4_0).size,
    q4_k: statSync(q4_k).size,
  }
  return { onnx, q4_0, q4_k, transformers: forTransformers, bytes }
}
