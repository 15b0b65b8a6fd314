import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkpoint, temporaryFolder } from '../convert/fixtures.ts'

/** tiny-llama as onnxruntime-genai's builder converts it, laid out as onnx-community does: `onnx/model.onnx` and `onnx/model.onnx_data`. */
export function communityLayout(): string {
  const folder = join(temporaryFolder(), 'community')
  cpSync(checkpoint('genai-tiny-llama'), folder, { recursive: true })
  rmSync(join(folder, 'genai_config.json'))
  for (const name of ['config.json', 'generation_config.json'])
    cpSync(join(checkpoint('tiny-llama'), name), join(folder, name))
  mkdirSync(join(folder, 'onnx'))
  renameSync(join(folder, 'model.onnx.data'), join(folder, 'onnx/model.onnx_data'))
  // The data file's name stands in the graph, in as many letters.
  const graph = readFileSync(join(folder, 'model.onnx'), 'latin1').replaceAll(
    'model.onnx.data',
    'model.onnx_data',
  )
  writeFileSync(join(folder, 'onnx/model.onnx'), graph, 'latin1')
  rmSync(join(folder, 'model.onnx'))
  return folder
}
