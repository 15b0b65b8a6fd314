import type { FileHandle } from 'node:fs/promises'
import { ModelError } from '../../../model/model-error.ts'

export type GgufValue = number | string | boolean | GgufValue[]

/** Maximum accepted sizes; no real file exceeds them. `items` counts those of all arrays. */
const limits = { nameBytes: 256, stringBytes: 1 << 24, items: 1 << 22, headerBytes: 1 << 29 }

type IntegerType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'uint64' | 'int64'

/** Types of metadata values by their numbers; 8 is a string, 9 an array. */
const valueTypes: Record<number, IntegerType | 'float32' | 'bool' | 'float64'> = {
  0: 'uint8', 1: 'int8', 2: 'uint16', 3: 'int16', 4: 'uint32', 5: 'int32', 6: 'float32', 7: 'bool', 10: 'uint64', 11: 'int64', 12: 'float64',
} // biome-ignore format: a table

const chunkBytes = 1 << 20

/** Reads a header from front to back, a piece of the file at a time, within bounds that no real file exceeds. */
export class GgufHeader {
  readonly file: string
  /** Bytes that were read. */
  position = 0
  readonly #handle: FileHandle
  readonly #size: number
  #items = 0
  #chunk = Buffer.alloc(0)
  #chunkStart = 0

  constructor(handle: FileHandle, file: string, size: number) {
    this.#handle = handle
    this.file = file
    this.#size = size
  }

  damaged(why: string): ModelError {
    return new ModelError(`${this.file} has a damaged header: ${why}`)
  }

  async bytes(count: number): Promise<Buffer> {
    const end = this.position + count
    if (end > this.#size) throw new ModelError(`${this.file} is truncated inside its header`)
    if (end > limits.headerBytes) throw this.damaged(`it is longer than ${limits.headerBytes} bytes`)
    if (end > this.#chunkStart + this.#chunk.length) {
      const length = Math.min(Math.max(chunkBytes, count), this.#size - this.position)
      this.#chunk = Buffer.alloc(length)
      this.#chunkStart = this.position
      const { bytesRead } = await this.#handle.read(this.#chunk, 0, length, this.position)
      if (bytesRead < count) throw new ModelError(`${this.file} is truncated inside its header`)
    }
    const at = this.position - this.#chunkStart
    this.position = end
    return this.#chunk.subarray(at, at + count)
  }

  async integer(type: IntegerType): Promise<number> {
    return (await this.#scalar(type)) as number
  }

  async count(of: string, most: number): Promise<number> {
    const count = await this.integer('uint64')
    if (count > most) throw this.damaged(`it counts ${count} ${of}`)
    return count
  }

  async string(): Promise<string> {
    return (await this.bytes(await this.count('bytes of a string', limits.stringBytes))).toString('utf8')
  }

  async name(): Promise<string> {
    return (await this.bytes(await this.count('bytes of a name', limits.nameBytes))).toString('utf8')
  }

  async value(type: number, depth = 0): Promise<GgufValue> {
    if (type === 8) return this.string()
    if (type === 9) {
      if (depth > 2) throw this.damaged('its arrays are nested too deeply')
      const itemType = await this.integer('uint32')
      const count = await this.count('items of an array', limits.items)
      this.#items += count
      if (this.#items > limits.items)
        throw this.damaged(`its arrays hold more than ${limits.items} items together`)
      const items: GgufValue[] = []
      for (let index = 0; index < count; index++) items.push(await this.value(itemType, depth + 1))
      return items
    }
    const name = valueTypes[type]
    if (name === undefined) throw this.damaged(`it has a value of type ${type}`)
    return this.#scalar(name)
  }

  async #scalar(type: (typeof valueTypes)[number]): Promise<number | boolean> {
    switch (type) {
      case 'uint8':
        return (await this.bytes(1)).readUInt8()
      case 'int8':
        return (await this.bytes(1)).readInt8()
      case 'bool':
        return (await this.bytes(1)).readUInt8() !== 0
      case 'uint16':
        return (await this.bytes(2)).readUInt16LE()
      case 'int16':
        return (await this.bytes(2)).readInt16LE()
      case 'uint32':
        return (await this.bytes(4)).readUInt32LE()
      case 'int32':
        return (await this.bytes(4)).readInt32LE()
      case 'float32':
        return (await this.bytes(4)).readFloatLE()
      case 'float64':
        return (await this.bytes(8)).readDoubleLE()
      case 'uint64':
        return Number((await this.bytes(8)).readBigUInt64LE())
      case 'int64':
        return Number((await this.bytes(8)).readBigInt64LE())
    }
  }
}
