import { env, InferenceSession, Tensor } from 'onnxruntime-node'
import type { ModelDirectory } from './directory.ts'
import { describeGraph, type GraphDescription, type TensorMetadata } from './graph.ts'
import { halfTensor, toHalves } from './half-tensor.ts'
import { ModelError, toCause } from './model-error.ts'

export type Provider = 'cpu' | 'webgpu' | 'cuda'

/** Keys and values of a sequence so far, as the graph gave them. */
export interface SequenceState {
  tokens: number
  cache: Record<string, Tensor>
}

/**
 * A decoder run one sequence at a time through the plain onnxruntime-node binding: what checks and tools need,
 * where being exact and simple counts and speed does not.
 */
export class DecoderSession {
  readonly graph: GraphDescription & { cacheType: 'float32' | 'float16' }
  readonly #session: InferenceSession

  private constructor(session: InferenceSession, directory: ModelDirectory) {
    this.#session = session
    const graph = describeGraph(
      session.inputMetadata as readonly TensorMetadata[],
      session.outputMetadata as readonly TensorMetadata[],
      [],
      directory,
    )
    const { cacheType } = graph
    if (cacheType === 'bfloat16')
      throw new ModelError(`${directory.path} is in bfloat16, which onnxruntime-node cannot pass on`)
    this.graph = { ...graph, cacheType }
  }

  /** @throws ModelError when ONNX Runtime cannot load the graph on the provider */
  static async open(
    directory: ModelDirectory,
    provider: Provider = 'cpu',
    threads?: number,
  ): Promise<DecoderSession> {
    const { graphFile } = directory
    env.logLevel = 'fatal' // the error that is thrown says the same in one line
    const session = await InferenceSession.create(graphFile, {
      executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
      logSeverityLevel: 3,
      ...(threads ? { intraOpNumThreads: threads } : {}),
    }).catch((error: Error) => {
      throw new ModelError(`${graphFile} cannot be loaded on ${provider}: ${toCause(error.message)}`)
    })
    return new DecoderSession(session, directory)
  }

  start(): SequenceState {
    const { cache, cacheType, kvHeads, headSize } = this.graph
    const empty = () =>
      cacheType === 'float32'
        ? new Tensor('float32', new Float32Array(0), [1, kvHeads, 0, headSize])
        : halfTensor(new Uint16Array(0), [1, kvHeads, 0, headSize])
    return {
      tokens: 0,
      cache: Object.fromEntries(
        cache.flatMap(({ pastKey, pastValue }) => [
          [pastKey, empty()],
          [pastValue, empty()],
        ]),
      ),
    }
  }

  /**
   * Puts tokens behind a sequence, whose state is advanced.
   *
   * @param first the first of the tokens whose logits are wanted, where the graph can leave some out
   * @returns logits [positions, vocabulary] of the new positions; graphs that only compute the last give one
   */
  async append(state: SequenceState, tokens: readonly number[], first = 0): Promise<Float32Array> {
    const total = state.tokens + tokens.length
    const { inputIds, attentionMask, positionIds, cache } = this.graph
    const feeds: Record<string, Tensor> = {
      ...state.cache,
      [inputIds]: new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
      [attentionMask]: new Tensor('int64', new BigInt64Array(total).fill(1n), [1, total]),
    }
    if (positionIds) {
      const positions = BigInt64Array.from(tokens, (_, index) => BigInt(state.tokens + index))
      feeds[positionIds] = new Tensor('int64', positions, [1, tokens.length])
    }
    if (this.graph.logitsStart !== null)
      feeds[this.graph.logitsStart] = new Tensor('int64', BigInt64Array.of(BigInt(first)), [1])
    const outputs = await this.#session.run(feeds)
    for (const { pastKey, pastValue, presentKey, presentValue } of cache) {
      state.cache[pastKey] = feedable(outputs[presentKey] as Tensor)
      state.cache[pastValue] = feedable(outputs[presentValue] as Tensor)
    }
    state.tokens = total
    return widened(outputs[this.graph.logits] as Tensor)
  }

  /** Logits [tokens, vocabulary] of a whole prompt. */
  async logits(tokens: readonly number[]): Promise<Float32Array> {
    return this.append(this.start(), tokens)
  }

  /**
   * The most likely continuation, token by token.
   *
   * @param isLast whether it ends with a token; else it has `count` tokens
   */
  async greedy(
    prompt: readonly number[],
    count: number,
    isLast: (token: number) => boolean = () => false,
  ): Promise<number[]> {
    const state = this.start()
    const answer: number[] = []
    let logits = await this.append(state, prompt, prompt.length - 1)
    while (answer.length < count) {
      answer.push(argmax(logits.subarray(-this.graph.vocabularySize)))
      if (isLast(answer.at(-1)!)) break
      if (answer.length < count) logits = await this.append(state, answer.slice(-1))
    }
    return answer
  }

  async close(): Promise<void> {
    await this.#session.release()
  }
}

/** The index of the largest number; the first of equals. */
export function argmax(logits: Float32Array): number {
  let best = 0
  for (let token = 1; token < logits.length; token++) if (logits[token]! > logits[best]!) best = token
  return best
}

const feedable = (tensor: Tensor): Tensor =>
  tensor.type === 'float16' ? halfTensor(toHalves(tensor), tensor.dims) : tensor

function widened(tensor: Tensor): Float32Array {
  if (tensor.type === 'float32') return tensor.data as Float32Array
  const { buffer, byteOffset, length } = toHalves(tensor)
  return Float32Array.from(new Float16Array(buffer as ArrayBuffer, byteOffset, length))
}
