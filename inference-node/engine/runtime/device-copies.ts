import { join } from 'node:path'
import koffi from 'koffi'
import { toCause } from '../../model/model-error.ts'
import { RuntimeError } from './runtime.ts'

/** CUDA's runtime library among those of `devices/cuda-libraries.ts`. */
export const cudaRuntimeName = 'libcudart.so.13'

const [deviceToHost, deviceToDevice] = [2, 3]

/** Equal parts of memory, `pitch` bytes apart, each `bytes` long. */
export interface Strips {
  count: number
  pitch: number
  bytes: number
}

/** Copies within a device's memory and from there to the host; done when the call returns. */
export interface DeviceCopies {
  toHost(to: bigint, from: bigint, bytes: number): void
  /** Copies strips that lie equally far apart at both places; {@link finish} waits for them. */
  within(to: bigint, from: bigint, strips: Strips): void
  /** Waits until all copies within the device are done: later steps run on a stream of their own. */
  finish(): void
}

/**
 * Copies by CUDA's runtime library.
 *
 * @param folder where the libraries of CUDA are
 * @throws RuntimeError naming the library that does not load
 */
export function openDeviceCopies(folder: string): DeviceCopies {
  const file = join(folder, cudaRuntimeName)
  const { copy, copyStrips, synchronize, describe } = load(file)
  const check = (code: number) => {
    if (code !== 0) throw new RuntimeError(`CUDA failure ${code}: ${describe(code)}`)
  }
  return {
    toHost: (to, from, bytes) => check(copy(to, from, bytes, deviceToHost)),
    within: (to, from, { count, pitch, bytes }) =>
      check(copyStrips(to, pitch, from, pitch, bytes, count, deviceToDevice)),
    finish: () => check(synchronize()),
  }
}

interface CudaFunctions {
  copy: (to: bigint, from: bigint, bytes: number, kind: number) => number
  copyStrips: (
    to: bigint,
    toPitch: number,
    from: bigint,
    fromPitch: number,
    bytes: number,
    count: number,
    kind: number,
  ) => number
  synchronize: () => number
  describe: (code: number) => string
}

/** Never unloaded, by path: koffi unloads an unreferenced library. */
const loaded = new Map<string, CudaFunctions>()

function load(file: string): CudaFunctions {
  const known = loaded.get(file)
  if (known) return known
  try {
    const library = koffi.load(file)
    const size = 'size_t'
    const functions: CudaFunctions = {
      copy: library.func('cudaMemcpy', 'int', ['void *', 'void *', size, 'int']),
      copyStrips: library.func('cudaMemcpy2D', 'int', ['void *', size, 'void *', size, size, size, 'int']),
      synchronize: library.func('cudaDeviceSynchronize', 'int', []),
      describe: library.func('cudaGetErrorString', 'const char *', ['int']),
    }
    loaded.set(file, functions)
    return functions
  } catch (error) {
    throw new RuntimeError(`cannot load ${file}: ${toCause((error as Error).message)}`)
  }
}
