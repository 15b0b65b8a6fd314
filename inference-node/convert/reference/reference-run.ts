import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import { TensorReader } from '../checkpoint/tensor-reader.ts'
import { outputMatrix } from '../graph/decoder-layer.ts'
import type { Observed } from '../graph/matrix-products.ts'
import { buildHeadGraph, buildLayerGraph } from '../graph/stage-graphs.ts'
import { factorInputs, type InputFactors } from '../weights/column-groups.ts'
import { FedWeights } from './fed-weights.ts'

/** Rows of the output matrix that are held at a time: bounds the memory of {@link runReference}. */
const outputRows = 16384

/** See {@link factorInputs}: on a few hundred tokens 0.03 was worse and 0.3 no better. */
const damping = 0.1

export interface ReferencePrompts {
  /** Prompts whose logits are wanted: token ids. */
  asked: readonly (readonly number[])[]
  /** Prompts on which the inputs of the matrices are watched. */
  watched?: readonly (readonly number[])[]
}

export interface ReferenceRun {
  /** For each prompt that was asked: [tokens, vocabulary]. */
  logits: Float32Array[]
  /** For each matrix of the layers: how its inputs vary on the watched prompts. */
  factors: Map<string, InputFactors>
}

/**
 * Runs a checkpoint in float32, one layer at a time: memory for one layer is enough, and nothing is quantized.
 * No prompt may be longer than the context of the model.
 */
export async function runReference(
  checkpoint: Checkpoint,
  config: DecoderConfig,
  { asked, watched = [] }: ReferencePrompts,
  onBytes: (done: number, total: number) => void = () => {},
): Promise<ReferenceRun> {
  const prompts = [...asked, ...watched]
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
      const { graph, observed } = buildLayerGraph(config, layer, weights, options)
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
    const factored = new Map<string, InputFactors>()
    for (const [matrix, { output, columns }] of products.size > 0 ? known.observed : []) {
      if (!factored.has(output)) factored.set(output, factorInputs(products.get(output)!, columns, damping))
      factors.set(rename(matrix), factored.get(output)!)
    }
  }
  for (const { session } of sessions.values()) await session.release()
  return { logits: await multiplyOut(reader, config, hidden.slice(0, asked.length), options), factors }
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
