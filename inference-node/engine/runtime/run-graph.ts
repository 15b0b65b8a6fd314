import { preloadCuda } from './cuda-libraries.ts'
import { TensorMemory, viewBytes } from './native-tensors.ts'
import { OnnxRuntimeLibrary } from './onnxruntime-library.ts'
import type { Provider } from './runtime.ts'
import { openSessionFromBytes } from './session.ts'

export interface GraphTensor {
  name: string
  type: 'float32' | 'float16' | 'bfloat16' | 'int32'
  shape: readonly number[]
}

/**
 * Runs a small graph once on a provider, with the libraries that serve models there.
 *
 * @returns the bytes of the outputs
 * @throws RuntimeError when the provider refuses it
 */
export async function runGraph(
  { provider, cudaFolder }: { provider: Provider; cudaFolder: string },
  graph: Uint8Array,
  inputs: readonly (GraphTensor & { bytes: Uint8Array })[],
  outputs: readonly GraphTensor[],
): Promise<Uint8Array[]> {
  const library = new OnnxRuntimeLibrary(provider === 'cuda' ? preloadCuda(cudaFolder) : undefined)
  const session = openSessionFromBytes(library, graph, { provider, threads: 1 })
  const host = new TensorMemory(library, session, 'Cpu')
  const binding = library.make('createIoBinding', session)
  const runOptions = library.make('createRunOptions')
  const allocate = ({ type, shape }: GraphTensor) => host.allocate(type, shape)
  const given = inputs.map(allocate)
  const taken = outputs.map(allocate)
  try {
    for (const [index, { name, bytes }] of inputs.entries()) {
      new Uint8Array(viewBytes(given[index]!)).set(bytes)
      library.call('bindInput', binding, name, given[index]!.value)
    }
    for (const [index, { name }] of outputs.entries())
      library.call('bindOutput', binding, name, taken[index]!.value)
    await library.callAsync('runWithBinding', session, runOptions, binding)
    return taken.map((tensor) => new Uint8Array(viewBytes(tensor)).slice())
  } finally {
    library.release('releaseIoBinding', binding)
    for (const { value } of [...given, ...taken]) library.release('releaseValue', value)
    library.release('releaseSession', session)
  }
}
