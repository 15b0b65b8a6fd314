import { env, InferenceSession, Tensor } from 'onnxruntime-node'
import type { Conversion } from '../model/directory.ts'
import { ModelError } from '../model/model-error.ts'
import { modelProto, nodeProto, tensorProto, valueInfoProto } from './graph/onnx.ts'

const [columns, rows] = [64, 32]
/** Zero as an activation, see `roundByRow`. */
const zero = 128

/**
 * Returns whether this processor adds products of eight-bit activations and eight-bit weights exactly. One without integer dot
 * products (AVX2 alone) adds two of them in 16 bits, which overflow without a word.
 */
export async function addsEightBitsExactly(): Promise<boolean> {
  env.logLevel = 'fatal' // of the whole process: later sessions would warn of what our graphs do on purpose
  const session = await InferenceSession.create(productGraph(127), {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
  })
  try {
    // one token and several take kernels of their own
    for (const tokens of [1, 7]) {
      const activations = new Tensor('uint8', new Uint8Array(tokens * columns).fill(255), [tokens, columns])
      const { products } = await session.run({ activations })
      const expected = columns * (255 - zero) * 127
      if (!(products!.data as Float32Array).every((product) => product === expected)) return false
    }
    return true
  } finally {
    await session.release()
  }
}

/**
 * Refuses a model whose weights by row have more bits than this processor adds exactly.
 *
 * @throws ModelError
 */
export async function requireExactProducts(
  conversion: Conversion | null,
  addsExactly: () => Promise<boolean> = addsEightBitsExactly,
): Promise<void> {
  if (conversion?.rowBits === 8 && !(await addsExactly()))
    throw new ModelError(
      'the weights have 8 bits by row, whose products this processor adds with overflow (it has no integer dot products): convert the model again on this machine, or with --row-bits 7',
    )
}

/** The products of activations with a matrix that has the same weight everywhere. */
function productGraph(weight: number): Uint8Array {
  const weights = new Uint8Array(new Int8Array(columns * rows).fill(weight).buffer)
  const float = (value: number) => new Uint8Array(Float32Array.of(value).buffer)
  return modelProto('products', 'keval-node', {
    nodes: [
      nodeProto(
        'MatMulIntegerToFloat',
        ['activations', 'weights', 'unit', 'unit', 'zero'],
        ['products'],
        {},
        'com.microsoft',
      ),
    ],
    initializers: [
      tensorProto('weights', 'int8', [columns, rows], weights),
      tensorProto('unit', 'float32', [], float(1)),
      tensorProto('zero', 'uint8', [], Uint8Array.of(zero)),
    ],
    inputs: [valueInfoProto('activations', 'uint8', ['tokens', columns])],
    outputs: [valueInfoProto('products', 'float32', ['tokens', rows])],
  })
}
