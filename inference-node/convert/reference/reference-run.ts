import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import { TensorReader } from '../checkpoint/tensor-reader.ts'
import { outputMatrix } from '../graph/decoder-layer.ts'
import { buildHeadGraph, buildLayerGraph } from '../graph/stage-graphs.ts'
import { factorInputs, type InputFactors, type Observed, sumSquares } from '../weights/column-groups.ts'
import { FedWeights } from './fed-weights.ts'

/** Rows of the output matrix that are held at a time: bounds the memory of {@link runReference}. */
const outputRows = 16384

/** Damping of the squares alone, see {@link sumSquares}, and of the factors, see {@link factorInputs}. */
const damping = { squares: 0.1, factors: 0.2 }

/** Columns of a group of which the squares alone are of interest: the fewest. */
const minGroupSize = 128

export interface ReferencePrompts {
  /** Prompts whose logits are wanted: token ids. */
  asked: readonly (readonly number[])[]
  /** Prompts on which the inputs of the matrices are watched. */
  watched?: readonly (readonly number[])[]
  /** Maximum size of the groups of columns whose inputs are factored; null where their squares are enough. */
  maxGroupSize?: number | null
}

export interface ReferenceRun {
  /** For each prompt that was asked: [tokens, vocabulary]. */
  logits: Float32Array[]
  /** For each matrix of the layers: the squares of its inputs on the watched prompts. */
  squares: Map<string, Float32Array>
  /** The same: how its inputs vary, where that was asked for. */
  factors: Map<string, InputFactors>
}

/**
 * Runs a checkpoint in float32, one layer at a time: memory for one layer is enough, and nothing is quantized.
 * No prompt may be longer than the context of the model.
 */
export async function runReference(
  checkpoint: Checkpoint,
  config: DecoderConfig,
  { asked, watched = [], maxGroupSize = null }: ReferencePrompts,
  onBytes: (done: number, total: number) => void = () => {},
): Promise<ReferenceRun> {
  const prompts = [...asked, ...watched]
  const squares = new Map<string, Float32Array>()
  const factors = new Map<string, InputFactors>()
  const options = {
    contextLength: Math.max(...prompts.map((prompt) => prompt.length)),
    producer: 'reference',
  }
  const reader = new TensorReader(checkpoint, onBytes)
  let hidden = await Promise.all(prompts.map((prompt) => embed(reader, config, prompt)))
  const sessions = new Map<number | null, LayerSession>()
  for (let layer = 0; layer < config.layers; layer++) {
    // Layers differ in their weights, which are fed, and in their window: one session per window serves them all.
    const window = config.windows[layer]!
    let known = sessions.get(window)
    if (!known) {
      const weights = new FedWeights()
      const { graph, observed } = buildLayerGraph(
        config,
        layer,
        weights,
        options,
        maxGroupSize ?? minGroupSize,
      )
      known = {
        session: await InferenceSession.create(graph, { logSeverityLevel: 3 }),
        observed,
        weights,
        layer,
      }
      sessions.set(window, known)
    }
    const { session, layer: modelled } = known
    const rename = (name: string) => name.replace(`model.layers.${modelled}.`, `model.layers.${layer}.`)
    const feeds = await known.weights.read(reader, rename)
    const past = new Tensor('float32', new Float32Array(0), [1, config.kvHeads, 0, config.headSize])
    const next: Tensor[] = []
    const products = new Map<string, Float32Array>()
    for (const [index, input] of hidden.entries()) {
      const tokens = input.dims[0]!
      const watches = index >= asked.length
      const fetches = watches
        ? ['next', ...new Set([...known.observed.values()].map(({ output }) => output))]
        : ['next']
      const outputs = await session.run(
        {
          ...feeds,
          hidden: input,
          attention_mask: new Tensor('int64', new BigInt64Array(tokens).fill(1n), [1, tokens]),
          [`past_key_values.${modelled}.key`]: past,
          [`past_key_values.${modelled}.value`]: past,
        },
        fetches,
      )
      for (const name of fetches.slice(1)) addUp(products, name, outputs[name]!.data as Float32Array)
      next.push(outputs.next as Tensor)
    }
    hidden = next
    for (const [output, sums] of products) {
      const sharers = [...known.observed].filter(([, inputs]) => inputs.output === output)
      const { columns, groupSize } = sharers[0]![1]
      const names = sharers.map(([matrix]) => rename(matrix))
      const summed = sumSquares(sums, columns, groupSize, damping.squares)
      for (const name of names) squares.set(name, summed)
      if (maxGroupSize === null) continue
      const factored = factorInputs(sums, columns, groupSize, damping.factors)
      for (const name of names) factors.set(name, factored)
    }
  }
  for (const { session } of sessions.values()) await session.release()
  return {
    logits: await multiplyOut(reader, config, hidden.slice(0, asked.length), options),
    squares,
    factors,
  }
}

interface LayerSession {
  session: InferenceSession
  observed: Observed
  weights: FedWeights
  /** The layer that the graph names. */
  layer: number
}

function addUp(sums: Map<string, Float32Array>, name: string, values: Float32Array) {
  const sum = sums.get(name)
  if (sum) for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!
  else sums.set(name, Float32Array.from(values))
}

async function embed(
  reader: TensorReader,
  config: DecoderConfig,
  prompt: readonly number[],
): Promise<Tensor> {
  const { hiddenSize, vocabularySize, embeddingScale } = config
  const embedded = new Float32Array(prompt.length * hiddenSize)
  for (const [index, token] of prompt.entries()) {
    const row = embedded.subarray(index * hiddenSize, (index + 1) * hiddenSize)
    await reader.rows('model.embed_tokens.weight', vocabularySize, hiddenSize, token, row)
    if (embeddingScale !== null) for (let i = 0; i < hiddenSize; i++) row[i]! *= Math.fround(embeddingScale)
  }
  return new Tensor('float32', embedded, [prompt.length, hiddenSize])
}

async function multiplyOut(
  reader: TensorReader,
  config: DecoderConfig,
  hidden: readonly Tensor[],
  options: { contextLength: number; producer: string },
): Promise<Float32Array[]> {
  const { vocabularySize, hiddenSize } = config
  const weights = new FedWeights()
  const session = await InferenceSession.create(buildHeadGraph(config, weights, options), {
    logSeverityLevel: 3,
  })
  const feeds = await weights.read(reader, (tensor) => tensor)
  const logits = hidden.map((input) => new Float32Array(input.dims[0]! * vocabularySize))
  const buffer = new Float32Array(Math.min(outputRows, vocabularySize) * hiddenSize)
  for (let first = 0; first < vocabularySize; first += outputRows) {
    const count = Math.min(outputRows, vocabularySize - first)
    const numbers = buffer.subarray(0, count * hiddenSize)
    await reader.rows(outputMatrix(config).tensor, vocabularySize, hiddenSize, first, numbers)
    const rows = new Tensor('float32', numbers, [count, hiddenSize])
    for (const [index, input] of hidden.entries()) {
      const part = (await session.run({ ...feeds, hidden: input, rows })).logits!.data as Float32Array
      for (let token = 0; token < input.dims[0]!; token++)
        logits[index]!.set(part.subarray(token * count, (token + 1) * count), token * vocabularySize + first)
    }
  }
  await session.release()
  return logits
}
