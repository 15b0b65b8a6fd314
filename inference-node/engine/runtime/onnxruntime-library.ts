import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import koffi, { type TypeObject } from 'koffi'
import { toCause } from '../../model/model-error.ts'
import { pinLibrary } from './pin-library.ts'
import { RuntimeError } from './runtime.ts'

/** An address in native memory; null is the null pointer. */
export type Pointer = bigint | null

type Native = ((...values: unknown[]) => unknown) & {
  async: (...values: unknown[]) => void
}

/** The version whose table of functions `functions` was written for; other versions are refused. */
const pinnedVersion = '1.30.0'
const apiVersion = 23

// a run happens on koffi's own stack; the default of 128 KiB is small for an inference engine
koffi.config({ async_stack_size: 4 << 20, async_heap_size: 1 << 20 })

const pointer = 'void *'
const outPointer: unknown = koffi.out(koffi.pointer(pointer))
const outSize: unknown = koffi.out(koffi.pointer('size_t'))
const outInt: unknown = koffi.out(koffi.pointer('int'))
const path = process.platform === 'win32' ? 'const char16_t *' : 'const char *'

/** Place in the OrtApi table (append-only, onnxruntime_c_api.h), result and arguments of each function used. */
const functions = {
  getErrorMessage: [2, 'const char *', [pointer]],
  createEnv: [3, pointer, ['int', 'const char *', outPointer]],
  createSession: [7, pointer, [pointer, path, pointer, outPointer]],
  createSessionFromArray: [8, pointer, [pointer, pointer, 'size_t', pointer, outPointer]],
  createSessionOptions: [10, pointer, [outPointer]],
  setGraphOptimizationLevel: [23, pointer, [pointer, 'int']],
  setIntraOpThreads: [24, pointer, [pointer, 'int']],
  inputCount: [30, pointer, [pointer, outSize]],
  outputCount: [31, pointer, [pointer, outSize]],
  overridableCount: [32, pointer, [pointer, outSize]],
  inputType: [33, pointer, [pointer, 'size_t', outPointer]],
  outputType: [34, pointer, [pointer, 'size_t', outPointer]],
  inputName: [36, pointer, [pointer, 'size_t', pointer, outPointer]],
  outputName: [37, pointer, [pointer, 'size_t', pointer, outPointer]],
  overridableName: [38, pointer, [pointer, 'size_t', pointer, outPointer]],
  createRunOptions: [39, pointer, [outPointer]],
  allocateTensor: [48, pointer, [pointer, 'const int64_t *', 'size_t', 'int', outPointer]],
  wrapTensor: [49, pointer, [pointer, pointer, 'size_t', 'const int64_t *', 'size_t', 'int', outPointer]],
  tensorData: [51, pointer, [pointer, outPointer]],
  castToTensorInfo: [55, pointer, [pointer, outPointer]],
  elementType: [60, pointer, [pointer, outInt]],
  dimensionCount: [61, pointer, [pointer, outSize]],
  dimensions: [62, pointer, [pointer, pointer, 'size_t']],
  createMemoryInfo: [68, pointer, ['const char *', 'int', 'int', 'int', outPointer]],
  createCpuMemoryInfo: [69, pointer, ['int', 'int', outPointer]],
  freeFromAllocator: [76, pointer, [pointer, pointer]],
  defaultAllocator: [78, pointer, [outPointer]],
  releaseStatus: [93, 'void', [pointer]],
  releaseSession: [95, 'void', [pointer]],
  releaseValue: [96, 'void', [pointer]],
  releaseTypeInfo: [98, 'void', [pointer]],
  releaseSessionOptions: [100, 'void', [pointer]],
  createAllocator: [131, pointer, [pointer, pointer, outPointer]],
  runWithBinding: [133, pointer, [pointer, pointer, pointer]],
  createIoBinding: [134, pointer, [pointer, outPointer]],
  releaseIoBinding: [135, 'void', [pointer]],
  bindInput: [136, pointer, [pointer, 'const char *', pointer]],
  bindOutput: [137, pointer, [pointer, 'const char *', pointer]],
  appendCuda: [204, pointer, [pointer, pointer]],
  createCudaOptions: [205, pointer, [outPointer]],
  appendProvider: [216, pointer, [pointer, 'const char *', pointer, pointer, 'size_t']],
} as const satisfies Record<string, readonly [number, string, readonly unknown[]]>

type FunctionName = keyof typeof functions

/** Kept forever, by path: koffi unloads an unreferenced library, and its sessions with it. */
const loaded = new Map<string, ReturnType<typeof koffi.load>>()

/**
 * ONNX Runtime's C API in the very library that onnxruntime-node ships, called without a native build. It offers
 * what the JavaScript binding does not: tensors bound in place and runs that leave the event loop free.
 */
export class OnnxRuntimeLibrary {
  readonly file: string
  readonly version: string
  readonly #native: Record<FunctionName, Native>

  /**
   * @param file the library inside onnxruntime-node unless another one is named
   * @throws RuntimeError when the platform has no library or its version is not the pinned one
   */
  constructor(file = libraryPath()) {
    this.file = file
    try {
      const library = loaded.get(file) ?? koffi.load(file)
      loaded.set(file, library)
      pinLibrary(file)
      const base = library.func('OrtGetApiBase', pointer, [])() as bigint
      const [getApi, getVersion] = koffi.decode(base, koffi.array(pointer, 2)) as [bigint, bigint]
      this.version = koffi.call(getVersion, koffi.proto(null, 'const char *', [])) as string
      if (this.version !== pinnedVersion)
        throw new RuntimeError(
          `libonnxruntime is ${this.version}; this engine was built for ${pinnedVersion}`,
        )
      const api = koffi.call(getApi, koffi.proto(null, pointer, ['uint32_t']), apiVersion) as Pointer
      if (api === null) throw new RuntimeError(`libonnxruntime has no API version ${apiVersion}`)
      this.#native = bindFunctions(api)
    } catch (error) {
      if (error instanceof RuntimeError) throw error
      throw new RuntimeError(`cannot load ${file}: ${toCause((error as Error).message)}`)
    }
  }

  /** Calls a function that reports a status. @throws RuntimeError with the library's message */
  call(name: FunctionName, ...values: unknown[]): void {
    this.#check(this.#native[name](...values) as Pointer)
  }

  /** Calls a function whose last argument receives a pointer, number or size. */
  make<T = bigint>(name: FunctionName, ...values: unknown[]): T {
    const out: [T | null] = [null]
    this.call(name, ...values, out)
    return out[0] as T
  }

  /** Calls a function that reports a status on a thread of its own. */
  callAsync(name: FunctionName, ...values: unknown[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#native[name].async(...values, (error: Error | null, status: Pointer) => {
        if (error) return reject(new RuntimeError(toCause(error.message)))
        try {
          this.#check(status)
          resolve()
        } catch (failure) {
          reject(failure)
        }
      })
    })
  }

  /** Calls one of the `release…` functions. */
  release(name: FunctionName, value: Pointer): void {
    if (value !== null) this.#native[name](value)
  }

  #check(status: Pointer): void {
    if (status === null) return
    const message = this.#native.getErrorMessage(status) as string
    this.#native.releaseStatus(status)
    throw new RuntimeError(toCause(message))
  }
}

function bindFunctions(api: bigint): Record<FunctionName, Native> {
  const length = Math.max(...Object.values(functions).map(([index]) => index)) + 1
  const table = koffi.decode(api, koffi.array(pointer, length)) as Pointer[]
  const bound = Object.entries(functions).map(([name, [index, result, parameters]]) => {
    const address = table[index]
    if (!address) throw new RuntimeError(`libonnxruntime has no function ${name}`)
    return [
      name,
      koffi.decode(address, koffi.proto(null, result, [...parameters] as unknown as TypeObject[])) as Native,
    ]
  })
  return Object.fromEntries(bound) as Record<FunctionName, Native>
}

/** The shared library inside onnxruntime-node, for this platform and processor. */
export function libraryPath(): string {
  const packageFile = createRequire(import.meta.url).resolve('onnxruntime-node/package.json')
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
  const names: Partial<Record<NodeJS.Platform, string>> = {
    linux: 'libonnxruntime.so.1',
    darwin: `libonnxruntime.${version}.dylib`,
    win32: 'onnxruntime.dll',
  }
  const name = names[process.platform]
  if (!name) throw new RuntimeError(`onnxruntime-node has no library for ${process.platform}`)
  return join(dirname(packageFile), 'bin', 'napi-v6', process.platform, process.arch, name)
}
