import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { InferenceSession } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { encodeFloats, roundTo, toBfloat, widen } from '../../../inference-node/convert/checkpoint/floats.ts'
import { convertCheckpoint } from '../../../inference-node/convert/convert.ts'
import { modelProto, nodeProto, valueInfoProto } from '../../../inference-node/convert/graph/onnx.ts'
import type { OutputPrecision } from '../../../inference-node/convert/precision.ts'
import { tokenBytes } from '../../../inference-node/engine/process/plan-runtime.ts'
import { openModelDirectory } from '../../../inference-node/model/directory.ts'
import { checkpoint, readTensors, temporaryFolder } from './fixtures.ts'

async function convert(name: string, precision: OutputPrecision, target: 'cpu' | 'cuda' = 'cuda') {
  const out = join(temporaryFolder(), 'model')
  await convertCheckpoint(checkpoint(name), out, {
    precision,
    blockSize: 32,
    target,
    activations: 'full',
    contextLength: 512,
    withoutReference: true,
  })
  return out
}

/** The error of ONNX Runtime, which infers and checks all types before it looks for kernels. */
async function openOnCpu(model: string | Uint8Array): Promise<string> {
  const options = { executionProviders: ['cpu'], logSeverityLevel: 4 } as const
  const opening =
    typeof model === 'string'
      ? InferenceSession.create(model, options)
      : InferenceSession.create(model, options)
  return opening.then(
    () => 'it runs',
    (error: Error) => error.message,
  )
}

describe('bfloat16', () => {
  it('is the nearest number with 8 bits, ties to even', () => {
    const value = fc.float({ noNaN: true, min: Math.fround(-3e38), max: Math.fround(3e38) })
    fc.assert(
      fc.property(value, (number) => {
        const bits = new Uint32Array(Float32Array.of(number).buffer)[0]!
        const [below, above] = [bits & 0xffff0000, (bits & 0xffff0000) + 0x10000].map(
          (neighbour) => new Float32Array(Uint32Array.of(neighbour).buffer)[0]!,
        ) as [number, number]
        const [toBelow, toAbove] = [Math.abs(number - below), Math.abs(above - number)]
        const even = ((bits >>> 16) & 1) === 0
        const nearest = toBelow < toAbove || (toBelow === toAbove && even) ? below : above
        expect(roundTo('bfloat16', number)).toBe(nearest)
      }),
    )
    expect(toBfloat(Number.NaN) & 0x7fff).toBeGreaterThan(0x7f80)
    expect(toBfloat(Number.NEGATIVE_INFINITY)).toBe(0xff80)
    expect(toBfloat(3.4e38)).toBe(0x7f80)
  })

  it.each(['bf16', 'int8', 'int4'] as const)(
    'type-checks in a graph of Gemma 2 for CUDA, %s',
    async (precision) => {
      const model = await convert('tiny-gemma2', precision)
      const error = await openOnCpu(join(model, 'model.onnx'))
      // the CPU has no kernels for it: found out behind the check of types
      expect(error).toMatch(/NOT_IMPLEMENTED|Could not find an implementation/)
      expect(error).not.toMatch(/Type Error|INVALID_GRAPH|Type parameter/)
      const directory = await openModelDirectory(model)
      expect(tokenBytes(directory)).toBe(2 * directory.layers * directory.kvHeads * directory.headSize * 2)
    },
  )

  it('would not type-check beside another type', async () => {
    const graph = modelProto('mixed', 'test', {
      nodes: [nodeProto('Add', ['a', 'b'], ['c'])],
      initializers: [],
      inputs: [valueInfoProto('a', 'bfloat16', [1]), valueInfoProto('b', 'float32', [1])],
      outputs: [valueInfoProto('c', 'bfloat16', [1])],
    })
    expect(await openOnCpu(graph)).toMatch(/Type parameter|Type Error/)
  })

  it('holds the weights of a matrix and the factors of a norm in float32', async () => {
    const model = await convert('tiny-gemma2', 'bf16')
    const data = readFileSync(join(model, 'model.onnx.data'))
    const tensors = (await readTensors(join(checkpoint('tiny-gemma2'), 'model.safetensors'))).map(
      (tensor) => {
        const weights = new Float32Array(tensor.shape.reduce((product, size) => product * size, 1))
        widen(tensor.format as 'F32', tensor.data, weights)
        return { name: tensor.name, weights }
      },
    )
    const find = (name: string) => tensors.find((tensor) => tensor.name === name)!.weights
    const matrix = find('model.layers.0.mlp.down_proj.weight')
    expect(data.includes(Buffer.from(encodeFloats('bfloat16', matrix)))).toBe(true)
    const norm = find('model.layers.0.input_layernorm.weight').map((weight) => weight + 1)
    expect(data.includes(Buffer.from(encodeFloats('float32', norm)))).toBe(true)
  })

  it('leaves other models for CUDA in float16, which a CPU runs too', async () => {
    const session = await InferenceSession.create(join(await convert('tiny-llama', 'int4'), 'model.onnx'))
    const types = session.inputMetadata.map((input) => ('type' in input ? input.type : ''))
    expect(types).toContain('float16')
    await session.release()
  })

  it('is for CUDA alone', async () => {
    await expect(convert('tiny-gemma2', 'bf16', 'cpu')).rejects.toThrow('bf16 is for cuda')
  })
})
