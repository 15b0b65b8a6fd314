/**
 * The few pieces of WebAssembly that short loops over numbers take. Its vector instructions compute two or four numbers at
 * a time, which JavaScript cannot ask for.
 * Format: https://webassembly.github.io/spec/core/binary/
 */

export type Code = readonly number[]

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: [0x6a],
  lessThan: [0x49],
} as const

export const local = {
  get: (index: number): Code => [0x20, index],
  set: (index: number): Code => [0x21, index],
  tee: (index: number): Code => [0x22, index],
}

/** Vectors of 16 bytes in memory, at an address and an offset. */
export const v128 = {
  load: (offset: number): Code => [0xfd, 0x00, 0, ...unsigned(offset)],
  store: (offset: number): Code => [0xfd, 0x0b, 0, ...unsigned(offset)],
  zero: [0xfd, 0x0c, ...new Array<number>(16).fill(0)],
} as const

export const f32x4 = {
  /** All four are the number at an address. */
  splat: [0xfd, 0x09, 0, 0],
  add: [0xfd, 0xe4, 0x01],
  multiply: [0xfd, 0xe6, 0x01],
} as const

export const f64x2 = {
  /** Both are the number at an address and an offset. */
  splat: (offset: number): Code => [0xfd, 0x0a, 0, ...unsigned(offset)],
  /** The nearest integer, ties to even. */
  nearest: [0xfd, 0x94, 0x01],
  add: [0xfd, 0xf0, 0x01],
  subtract: [0xfd, 0xf1, 0x01],
  multiply: [0xfd, 0xf2, 0x01],
  min: [0xfd, 0xf6, 0x01],
  max: [0xfd, 0xf7, 0x01],
} as const

/** Repeats the code, which leaves on the stack whether to go on. */
export const loop = (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0, 0x0b]

/** Memory that at least so many bytes fit into, zeroed. */
export function allocateMemory(bytes: number): Memory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) })
}

export interface Memory {
  buffer: ArrayBuffer
}

/**
 * Keeps what is made for a shape, for the next of the many jobs of a thread: every memory reserves gigabytes of addresses
 * until it is collected.
 */
export function reuse<Shape extends readonly unknown[], Made>(
  make: (...shape: Shape) => Made,
): (...shape: Shape) => Made {
  const known = new Map<string, Made>()
  return (...shape) => {
    const key = JSON.stringify(shape)
    const made = known.get(key) ?? make(...shape)
    known.set(key, made)
    return made
  }
}

/**
 * Makes a function over a memory.
 *
 * @param integers number of its parameters: local variables 0 and on; those that are left out of a call are 0
 * @param vectors number of its vector variables: the local variables behind them, all zeros at first
 */
export function makeFunction(
  memory: Memory,
  { integers, vectors, body }: { integers: number; vectors: number; body: Code },
): (...integers: number[]) => void {
  const parameters = new Array<Code>(integers).fill([integerType])
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, ...counted(parameters), 0]]),
    ...section(2, [[...name(''), ...name('memory'), 2, 0, 1]]),
    ...section(3, [[0]]),
    ...section(7, [[...name('run'), 0, 0]]),
    ...section(10, [sized([...counted([[...unsigned(vectors), vectorType]]), ...body, 0x0b])]),
  ])
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { '': { memory } })
  return exports.run as (...integers: number[]) => void
}

const integerType = 0x7f
const vectorType = 0x7b

const counted = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()]
const sized = (bytes: Code): Code => [...unsigned(bytes.length), ...bytes]
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(counted(items))]
const name = (text: string): Code => sized([...new TextEncoder().encode(text)])

function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >> 7)]
}

/** Seven bits a byte, of which the last byte's highest is the sign. */
function signed(value: number): Code {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)]
}

/** What the types of Node.js lack. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => Memory
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> }
}
