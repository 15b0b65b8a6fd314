import { join } from 'node:path'
import koffi from 'koffi'
import { preloaded, runtimeLibrary } from '../../devices/cuda-libraries.ts'
import { cudaDriverFile } from '../../devices/device-report.ts'
import { toCause } from '../../model/model-error.ts'
import { RuntimeError } from './runtime.ts'

/** Never unloaded, like the library that uses them. */
const loaded = new Map<string, unknown>()

/**
 * Loads the driver and the libraries that ONNX Runtime's CUDA provider needs. The provider then finds them in memory
 * by their names, so that no LD_LIBRARY_PATH is needed.
 *
 * @returns the ONNX Runtime that loads its providers from this folder
 * @throws RuntimeError naming the library that does not load
 */
export function preloadCuda(folder: string): string {
  for (const file of [cudaDriverFile(), ...preloaded.map((name) => join(folder, name))]) {
    if (loaded.has(file)) continue
    try {
      loaded.set(file, koffi.load(file, { global: true, lazy: true }))
    } catch (error) {
      throw new RuntimeError(`cannot load ${file}: ${toCause((error as Error).message)}`)
    }
  }
  return join(folder, runtimeLibrary)
}
