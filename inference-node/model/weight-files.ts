import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { ModelError } from './model-error.ts'

/** The graph: what genai_config.json names, `model.onnx`, else the smallest-precision export under `onnx/`. */
export async function findGraph(root: string, named: string | undefined): Promise<string> {
  if (named) {
    if (existsSync(join(root, named))) return join(root, named)
    throw new ModelError(`genai_config.json names ${named}, but ${root} has no such file`)
  }
  for (const name of ['model.onnx', 'onnx/model_q4.onnx', 'onnx/model_q4f16.onnx', 'onnx/model.onnx'])
    if (existsSync(join(root, name))) return join(root, name)
  for (const folder of [root, join(root, 'onnx')]) {
    const graphs = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.onnx')).sort()
    if (graphs[0]) return join(folder, graphs[0])
  }
  throw new ModelError(`${root} has no ONNX graph (model.onnx or onnx/model*.onnx)`)
}

interface WeightFile {
  path: string
  bytes: number
}

/** The graph and the data files beside it whose names begin with its own (`model.onnx.data`, `model_q4.onnx_data_1`). */
export async function findWeightFiles(graphFile: string): Promise<WeightFile[]> {
  const folder = resolve(graphFile, '..')
  const names = (await readdir(folder)).filter((name) => name.startsWith(basename(graphFile))).sort()
  return Promise.all(
    names.map(async (name) => ({ path: join(folder, name), bytes: (await stat(join(folder, name))).size })),
  )
}

/** Compares the files with conversion's record; names a file that is missing or truncated. */
export function checkSizes(
  root: string,
  files: WeightFile[],
  written: { name: string; bytes: number }[],
): void {
  for (const expected of written) {
    const file = files.find((candidate) => relative(root, candidate.path) === expected.name)
    if (!file) throw new ModelError(`${join(root, expected.name)} is missing`)
    if (file.bytes !== expected.bytes)
      throw new ModelError(`${file.path} has ${file.bytes} bytes; conversion wrote ${expected.bytes}`)
  }
}
