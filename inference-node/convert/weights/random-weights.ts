import { encodeFloats } from '../checkpoint/floats.ts'
import { type ElementType, elementBytes, tensorProto } from '../graph/onnx.ts'
import {
  type LayerRole,
  type Matrix,
  type MatrixFormat,
  type MatrixPart,
  type RolePart,
  type SingleMatrix,
  stackByFormat,
  stackMatrices,
  type WeightFormats,
} from './matrix-formats.ts'
import { blockBytes, blocksPerRow, zeroPointBytes } from './quantize.ts'
import type { Weights } from './weight-plan.ts'

/** Weights inside the graph itself, of made-up numbers: for measuring how fast a format is computed. */
export class RandomWeights implements Weights {
  readonly formats: WeightFormats
  readonly initializers: Uint8Array[] = []
  readonly inputs: Uint8Array[] = []
  #state = 1

  constructor(formats: WeightFormats) {
    this.formats = formats
  }

  matrix(name: string, parts: readonly RolePart[], columns: number, role: LayerRole): Matrix {
    const matrices = stackByFormat(this.formats, parts, role).map((stack, index) =>
      this.#matrix(`${name}.${index}`, stack.parts, columns, stack.format),
    )
    return stackMatrices(matrices, columns)
  }

  #matrix(name: string, parts: readonly MatrixPart[], columns: number, format: MatrixFormat): SingleMatrix {
    const rows = parts.reduce((sum, part) => sum + part.rows, 0)
    if (format === null) throw new TypeError('only quantized matrices are made up')
    const scale = 1 / (100 * Math.sqrt(columns))
    if ('kind' in format) {
      const made = Array.from({ length: format.parts }, (_, part) => {
        const [integers, scales] = [`${name}.integers.${part}`, `${name}.scales.${part}`]
        const size = [columns / format.parts, rows]
        this.#add(integers, 'int8', size, this.#randomBytes(size[0]! * rows))
        this.#add(scales, 'float32', [rows], floats(rows, scale))
        return { integers, scales }
      })
      return { kind: 'rows', parts: made, rows, columns }
    }
    const blocks = blocksPerRow(columns, format)
    const [integers, scales] = [`${name}.integers`, `${name}.scales`]
    const bytes = blockBytes(format)
    this.#add(integers, 'uint8', [rows, blocks, bytes], this.#randomBytes(rows * blocks * bytes))
    const numbers = new Float32Array(rows * blocks).fill(scale)
    this.#add(scales, format.scaleType, [rows, blocks], encodeFloats(format.scaleType, numbers))
    const zeroPoints = format.zeroPoints ? `${name}.zero_points` : null
    if (zeroPoints !== null) {
      const rowBytes = zeroPointBytes(columns, format)
      this.#add(zeroPoints, 'uint8', [rows, rowBytes], new Uint8Array(rows * rowBytes).fill(0x79))
    }
    return { kind: 'blocks', integers, scales, zeroPoints, rows, columns, format }
  }

  vocabularyMatrix(): SingleMatrix {
    throw new TypeError('no vocabulary is made up')
  }

  flatIntegers(): string {
    throw new TypeError('no vocabulary is made up')
  }

  vector(tensor: string, length: number): string {
    this.#add(tensor, 'float32', [length], floats(length, 1))
    return tensor
  }

  joinedVector(name: string, parts: readonly MatrixPart[]): string {
    const length = parts.reduce((sum, part) => sum + part.rows, 0)
    return this.vector(name, length)
  }

  table(name: string, shape: readonly number[], bytes: Uint8Array): string {
    this.#add(name, this.formats.dense, shape, bytes)
    return name
  }

  #add(name: string, type: ElementType, shape: readonly number[], bytes: Uint8Array) {
    if (bytes.length !== shape.reduce((product, size) => product * size, elementBytes[type]))
      throw new RangeError(`${name} has ${bytes.length} bytes`)
    this.initializers.push(tensorProto(name, type, shape, bytes))
  }

  /** Small integers around zero, so that no sum overflows. */
  #randomBytes(count: number): Uint8Array {
    const words = new Uint32Array(Math.ceil(count / 4))
    for (let index = 0; index < words.length; index++) {
      this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
      words[index] = this.#state & 0x3f3f3f3f
    }
    return new Uint8Array(words.buffer, 0, count)
  }
}

const floats = (count: number, value: number) => new Uint8Array(new Float32Array(count).fill(value).buffer)
