import { z } from 'zod'
import type { NodeRecord } from './node.ts'
import { nodeHeaders } from './node-headers.ts'

/** What is known of one model on one node. */
export interface ServedModel {
  id: string
  node: NodeRecord
  /** Null for nodes that do not report it (servers other than keval-node). */
  weightsDigest: string | null
  precision: string | null
  provider: string | null
  contextLength: number | null
  /** What the node says of the model, for example that it is the embedded one. */
  notice: string | null
  /** Whether the node understands the `keval` extensions of the chat API. */
  extensions: boolean
}

export interface ModelCatalog {
  /** Every model on every node that answered lately. */
  list(): Promise<ServedModel[]>
  /** The nodes that serve a model, empty when none does. */
  find(model: string): Promise<ServedModel[]>
  /** Forgets what is remembered, after a node turned out to be different. */
  invalidate(): void
}

const optionalText = z.string().nullish()
const modelListSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      max_model_len: z.number().nullish(),
      keval: z
        .object({
          weights_digest: optionalText,
          precision: optionalText,
          provider: optionalText,
          context_length: z.number().nullish(),
          notice: optionalText,
        })
        .nullish(),
    }),
  ),
})

const freshMs = 10_000
const usableMs = 300_000
const answerMs = 3_000

/** Asks the nodes what they serve and remembers it; a node that is down keeps its last answer for a while. */
export class NodeModelCatalog implements ModelCatalog {
  readonly #nodes: readonly NodeRecord[]
  readonly #known = new Map<string, { models: ServedModel[]; at: number }>()
  #refreshedAt = 0
  #refreshing: Promise<void> | undefined

  constructor(nodes: readonly NodeRecord[]) {
    this.#nodes = nodes
  }

  async list(): Promise<ServedModel[]> {
    if (Date.now() - this.#refreshedAt > freshMs) {
      this.#refreshing ??= this.#refresh().finally(() => {
        this.#refreshing = undefined
      })
      await this.#refreshing
    }
    return [...this.#known.values()].flatMap((entry) => entry.models)
  }

  async find(model: string): Promise<ServedModel[]> {
    return (await this.list()).filter((served) => served.id === model)
  }

  invalidate(): void {
    this.#refreshedAt = 0
  }

  async #refresh(): Promise<void> {
    await Promise.all(
      this.#nodes.map(async (node) => {
        const models = await askModels(node)
        if (models !== null) this.#known.set(node.id, { models, at: Date.now() })
        else if (Date.now() - (this.#known.get(node.id)?.at ?? 0) > usableMs) this.#known.delete(node.id)
      }),
    )
    this.#refreshedAt = this.#known.size > 0 || this.#nodes.length === 0 ? Date.now() : 0
  }
}

async function askModels(node: NodeRecord): Promise<ServedModel[] | null> {
  try {
    const response = await fetch(`${node.url}/v1/models`, {
      headers: nodeHeaders(node),
      signal: AbortSignal.timeout(answerMs),
    })
    if (!response.ok) {
      await response.body?.cancel()
      return null
    }
    const { data } = modelListSchema.parse(await response.json())
    return data.map((model) => ({
      id: model.id,
      node,
      weightsDigest: model.keval?.weights_digest ?? null,
      precision: model.keval?.precision ?? null,
      provider: model.keval?.provider ?? null,
      contextLength: model.keval?.context_length ?? model.max_model_len ?? null,
      notice: model.keval?.notice ?? null,
      extensions: model.keval != null,
    }))
  } catch {
    return null
  }
}
