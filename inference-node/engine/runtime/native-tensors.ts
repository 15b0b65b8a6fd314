import koffi from 'koffi'
import type { TensorMetadata } from '../../model/graph.ts'
import type { OnnxRuntimeLibrary } from './onnxruntime-library.ts'

/** Element types by their number in ONNX. */
const typeNames: Record<number, string> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  16: 'bfloat16',
}
const typeNumbers = { float32: 1, int32: 6, int64: 7, float16: 10, bfloat16: 16 } as const
export const typeBytes = { float32: 4, int32: 4, int64: 8, float16: 2, bfloat16: 2 } as const

export type ElementType = keyof typeof typeNumbers

/** A tensor in the memory of a device, allocated and owned by ONNX Runtime until it is released. */
export interface NativeTensor {
  /** The OrtValue. */
  value: bigint
  /** Address of the data in the device's memory; for WebGPU an opaque handle, which allows no arithmetic. */
  address: bigint
  bytes: number
}

/** Tensors in one kind of memory of one session. */
export class TensorMemory {
  readonly #library: OnnxRuntimeLibrary
  readonly #info: bigint
  readonly #allocator: bigint

  /** @param name ONNX Runtime's name of the memory: `Cpu`, `Cuda`, `WebGPU_Buf` */
  constructor(library: OnnxRuntimeLibrary, session: bigint, name: string) {
    this.#library = library
    this.#info = library.make('createMemoryInfo', name, 0, 0, 0)
    this.#allocator = library.make('createAllocator', session, this.#info)
  }

  allocate(type: ElementType, shape: readonly number[]): NativeTensor {
    const value = this.#library.make(
      'allocateTensor',
      this.#allocator,
      dimensions(shape),
      shape.length,
      typeNumbers[type],
    )
    const address = this.#library.make('tensorData', value)
    return { value, address, bytes: product(shape) * typeBytes[type] }
  }

  /** A value over a part of an allocated tensor; the caller releases it before the tensor. */
  slice(tensor: NativeTensor, type: ElementType, shape: readonly number[], firstElement = 0): bigint {
    const bytes = product(shape) * typeBytes[type]
    const offset = firstElement * typeBytes[type]
    if (offset + bytes > tensor.bytes)
      throw new RangeError(`a slice [${shape.join(', ')}] at ${firstElement} leaves its tensor`)
    return this.#library.make(
      'wrapTensor',
      this.#info,
      tensor.address + BigInt(offset),
      bytes,
      dimensions(shape),
      shape.length,
      typeNumbers[type],
    )
  }
}

/** The bytes of a tensor in the CPU's memory, without a copy; not to be touched after its release. */
export function viewBytes(tensor: NativeTensor): ArrayBuffer {
  return koffi.view(tensor.address, tensor.bytes)
}

/** Metadata of a session's inputs, its outputs and the initializers that a caller may override. */
export function readMetadata(
  library: OnnxRuntimeLibrary,
  session: bigint,
): { inputs: TensorMetadata[]; outputs: TensorMetadata[]; overridable: string[] } {
  const allocator = library.make('defaultAllocator')
  const name = (of: 'inputName' | 'outputName' | 'overridableName', index: number) => {
    const text = library.make(of, session, index, allocator)
    const copy = koffi.decode.string(text)
    library.call('freeFromAllocator', allocator, text)
    return copy
  }
  const count = (of: 'inputCount' | 'outputCount' | 'overridableCount') =>
    Array.from({ length: Number(library.make<number | bigint>(of, session)) }, (_, index) => index)
  const metadata = (of: 'input' | 'output', index: number): TensorMetadata => ({
    name: name(`${of}Name`, index),
    ...readType(library, library.make(`${of}Type`, session, index)),
  })
  return {
    inputs: count('inputCount').map((index) => metadata('input', index)),
    outputs: count('outputCount').map((index) => metadata('output', index)),
    overridable: count('overridableCount').map((index) => name('overridableName', index)),
  }
}

function readType(
  library: OnnxRuntimeLibrary,
  typeInfo: bigint,
): { type: string; shape: (number | string)[] } {
  const info = library.make('castToTensorInfo', typeInfo)
  const type = library.make<number>('elementType', info)
  const shape = new BigInt64Array(Number(library.make<number | bigint>('dimensionCount', info)))
  library.call('dimensions', info, shape, shape.length)
  library.release('releaseTypeInfo', typeInfo)
  return {
    type: typeNames[type] ?? `type ${type}`,
    shape: [...shape].map((size) => (size < 0n ? 'symbolic' : Number(size))),
  }
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
const dimensions = (shape: readonly number[]) => BigInt64Array.from(shape, BigInt)
