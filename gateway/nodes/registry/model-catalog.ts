import { type NodeReport, probe } from '../client/node-probe.ts'
import type { NodeTransport } from '../client/node-transport.ts'
import type { NodeRecord } from '../node.ts'
import type { ServedModel } from '../served-model.ts'

export interface ModelCatalog {
  /** Every model on every node that answered lately. */
  list(): Promise<ServedModel[]>
  /** The nodes that serve a model with the same weights, empty when none does. */
  find(model: string): Promise<ServedModel[]>
  /** The same from memory; empty where `find` has to ask. */
  recall(model: string): ServedModel[]
  /** Asks the nodes now, after one answered with other weights. */
  refresh(nodes?: readonly NodeRecord[]): Promise<void>
}

interface CatalogDependencies {
  nodes: () => Promise<readonly NodeRecord[]>
  transport: NodeTransport
  now: () => number
  /** Keeps work alive after the request that began it. */
  defer: (work: Promise<unknown>) => void
}

/** Age at which the catalog is refreshed in the background. */
export const catalogFreshMs = 10_000
/** An empty catalog is refreshed sooner, but not by every request. */
const emptyFreshMs = 1_000
const usableMs = 300_000
const waitMs = 3_500

/**
 * Caches what the nodes serve. Requests are answered from memory while one of them refreshes it; the last report of
 * a node that is down is kept for a while.
 */
export class NodeModelCatalog implements ModelCatalog {
  readonly #dependencies: CatalogDependencies
  readonly #known = new Map<string, { node: NodeRecord; report: NodeReport; at: number }>()
  #refreshedAt = 0
  #refreshingSince = 0
  #round = 0

  constructor(dependencies: CatalogDependencies) {
    this.#dependencies = dependencies
  }

  async list(): Promise<ServedModel[]> {
    const { now, defer } = this.#dependencies
    const fresh = this.#known.size > 0 ? catalogFreshMs : emptyFreshMs
    if (now() - this.#refreshedAt > fresh) {
      if (this.#known.size > 0) {
        if (!this.#isRefreshing()) defer(this.refresh())
      } else if (this.#isRefreshing()) await this.#settled()
      else await this.refresh()
    }
    return this.#served()
  }

  #served(): ServedModel[] {
    return [...this.#known.values()].flatMap(({ node, report }) =>
      report.models.map((model) => ({ ...model, node, load: report.load })),
    )
  }

  recall(model: string): ServedModel[] {
    if (this.#dependencies.now() - this.#refreshedAt > catalogFreshMs) return []
    return chooseLargestByWeights(this.#served().filter((served) => served.id === model))
  }

  async find(model: string): Promise<ServedModel[]> {
    return chooseLargestByWeights((await this.list()).filter((served) => served.id === model))
  }

  async refresh(nodes?: readonly NodeRecord[]): Promise<void> {
    const { now, transport } = this.#dependencies
    const startedAt = now()
    this.#refreshingSince = now()
    this.#round += 1
    const round = this.#round
    try {
      const wanted = nodes ?? (await this.#dependencies.nodes())
      await Promise.all(
        wanted.map(async (node) => {
          const result = await probe(transport, node)
          if ('report' in result) this.#known.set(node.id, { node, report: result.report, at: now() })
        }),
      )
      // a refresh that started later has a newer list of nodes
      if (round !== this.#round) return
      const ids = new Map(wanted.map((node) => [node.id, node]))
      for (const [id, entry] of this.#known) {
        const node = ids.get(id)
        if (node === undefined ? entry.at < startedAt : now() - entry.at > usableMs) this.#known.delete(id)
        else if (node !== undefined) entry.node = node
      }
    } finally {
      this.#refreshedAt = now()
      this.#refreshingSince = 0
    }
  }

  #isRefreshing(): boolean {
    return this.#refreshingSince > 0 && this.#dependencies.now() - this.#refreshingSince < waitMs
  }

  /** Waits for the refresh of another request by polling: a promise of another request cannot be awaited here. */
  async #settled(): Promise<void> {
    while (this.#isRefreshing()) await scheduler.wait(20)
  }
}

/** Different weights give different judgments, so that only the nodes with the most common weights are used. */
function chooseLargestByWeights(served: ServedModel[]): ServedModel[] {
  const groups = new Map<string | null, ServedModel[]>()
  for (const model of served) {
    groups.set(model.weightsDigest, [...(groups.get(model.weightsDigest) ?? []), model])
  }
  return [...groups.values()].reduce((best, group) => (group.length > best.length ? group : best), [])
}
