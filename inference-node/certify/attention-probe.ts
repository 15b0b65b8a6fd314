import type { DecoderConfig } from '../convert/checkpoint/decoder-config.ts'
import { type DenseFormat, encodeFloats, widen } from '../convert/checkpoint/floats.ts'
import { type Attribute, modelProto, nodeProto, tensorProto, valueInfoProto } from '../convert/graph/onnx.ts'
import { relativeError } from '../convert/reference/measures.ts'
import { runGraph } from '../engine/runtime/run-graph.ts'
import type { Provider } from '../engine/runtime/runtime.ts'
import { type AttentionCase, type AttentionNumbers, computeAttention } from './exact-attention.ts'

/** Relative errors of a provider's attention operator. */
export interface AttentionFindings {
  /** Against exact attention with everything the model asks for. */
  asAsked: number
  /** Against attention without the softcap; null when the model has none. */
  withoutSoftcap: number | null
  /** Against attention without the window; null when the model has none. */
  withoutWindow: number | null
}

/** The provider and device that run the operator. */
export interface ProbedDevice {
  provider: Provider
  /** The libraries of CUDA. */
  cudaFolder: string
}

/** The distinct kinds of attention in a model. */
export function attentionCases(config: DecoderConfig): AttentionCase[] {
  return [...new Set(config.windows)].map((window) => ({
    queryHeads: config.attentionHeads / config.kvHeads,
    headSize: config.headSize,
    scale: 1, // the rest of the model's is in its rotation
    softcap: config.attentionSoftcap,
    window,
  }))
}

/**
 * Runs GroupQueryAttention alone on made-up numbers, a few new tokens after a past longer than the window, and
 * compares with attention written down here. Finds providers that ignore an attribute without saying so.
 */
export async function probeAttention(
  probe: AttentionCase,
  device: ProbedDevice,
  type: DenseFormat,
): Promise<AttentionFindings> {
  const past = (probe.window ?? 64) + 40
  const numbers = madeUpNumbers(probe, past, newTokens)
  const actual = await runOperator(probe, device, type, numbers, past)
  const error = (change: Partial<AttentionCase>) =>
    relativeError(actual, computeAttention({ ...probe, ...change }, numbers))
  return {
    asAsked: error({}),
    withoutSoftcap: probe.softcap === null ? null : error({ softcap: null }),
    withoutWindow: probe.window === null ? null : error({ window: null }),
  }
}

const newTokens = 3

function madeUpNumbers(
  { queryHeads, headSize, scale, softcap }: AttentionCase,
  past: number,
  tokens: number,
): AttentionNumbers {
  let state = 12345
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
  // Scores should spread over a few units, and beyond the softcap, for either to show.
  const spread = Math.sqrt(((softcap ?? 4) * 3) / (scale * Math.sqrt(headSize)))
  const numbers = (count: number, size: number) =>
    Float32Array.from({ length: count }, () => Math.fround(random() * size))
  return {
    packed: numbers(tokens * (queryHeads + 2) * headSize, spread),
    keys: numbers(past * headSize, spread),
    values: numbers(past * headSize, 1),
  }
}

async function runOperator(
  probe: AttentionCase,
  device: ProbedDevice,
  type: DenseFormat,
  { packed, keys, values }: AttentionNumbers,
  past: number,
): Promise<Float32Array> {
  const { queryHeads, headSize } = probe
  const floats = (name: string, numbers: Float32Array, shape: number[]) => ({
    name,
    type,
    shape,
    bytes: encodeFloats(type, numbers),
  })
  const integer = (name: string, value: number) => ({
    name,
    type: 'int32' as const,
    shape: [1],
    bytes: new Uint8Array(Int32Array.of(value).buffer),
  })
  const attended = { name: 'attended', type, shape: [1, newTokens, queryHeads * headSize] }
  const present = (name: string) => ({ name, type, shape: [1, 1, past + newTokens, headSize] })
  const [bytes] = await runGraph(
    device,
    operatorGraph(probe, type, past + newTokens),
    [
      floats('packed', packed, [1, newTokens, (queryHeads + 2) * headSize]),
      floats('past_key', keys, [1, 1, past, headSize]),
      floats('past_value', values, [1, 1, past, headSize]),
      integer('lengths', past + newTokens - 1),
      integer('longest', past + newTokens),
    ],
    [attended, present('present_key'), present('present_value')],
  )
  const result = new Float32Array(newTokens * queryHeads * headSize)
  widen(floatFormats[type], bytes!, result)
  return result
}

const floatFormats = { float32: 'F32', float16: 'F16', bfloat16: 'BF16' } as const

/** Heads of other sizes are rotated outside of the operator. */
const rotates = ({ headSize }: AttentionCase) => headSize % 16 === 0

/** Rotation is on, as in the models, but by tables that rotate nothing. */
function operatorGraph(probe: AttentionCase, type: DenseFormat, positions: number): Uint8Array {
  const { queryHeads, headSize, scale, softcap, window } = probe
  const cache = (name: string, tokens: string) => valueInfoProto(name, type, [1, 1, tokens, headSize])
  const table = (name: string, value: number) => {
    const numbers = new Float32Array((positions * headSize) / 2).fill(value)
    return tensorProto(name, type, [positions, headSize / 2], encodeFloats(type, numbers))
  }
  const attributes: Record<string, Attribute> = {
    num_heads: queryHeads,
    kv_num_heads: 1,
    do_rotary: rotates(probe) ? 1 : 0,
    scale: { float: scale },
    ...(softcap === null ? {} : { softcap: { float: softcap } }),
    ...(window === null ? {} : { local_window_size: window }),
  }
  return modelProto('attention', 'keval-node certify', {
    nodes: [
      nodeProto(
        'GroupQueryAttention',
        [
          'packed',
          '',
          '',
          'past_key',
          'past_value',
          'lengths',
          'longest',
          ...(rotates(probe) ? ['cos', 'sin'] : []),
        ],
        ['attended', 'present_key', 'present_value'],
        attributes,
        'com.microsoft',
      ),
    ],
    initializers: [table('cos', 1), table('sin', 0)],
    inputs: [
      valueInfoProto('packed', type, [1, 'new', (queryHeads + 2) * headSize]),
      cache('past_key', 'past'),
      cache('past_value', 'past'),
      valueInfoProto('lengths', 'int32', [1]),
      valueInfoProto('longest', 'int32', [1]),
    ],
    outputs: [
      valueInfoProto('attended', type, [1, 'new', queryHeads * headSize]),
      cache('present_key', 'total'),
      cache('present_value', 'total'),
    ],
  })
}
