import { Worker } from 'node:worker_threads'
import type { PromptReply, PromptRequest, PromptWorkerData } from './prompt-worker.ts'

interface Job {
  messages: PromptRequest
  resolve: (reply: PromptReply) => void
}

/**
 * Turns conversations into tokens on a thread of its own: a long prompt takes a tenth of a second, a crafted one
 * seconds, and running answers must not wait for that. Tenants take turns, one prompt each. A thread that fails ends
 * the process, like any other crash.
 */
export class PromptThread {
  readonly #worker: Worker
  /** The tenant whose turn is next comes first. */
  readonly #waiting = new Map<string, Job[]>()
  #current: Job | null = null

  constructor(data: PromptWorkerData) {
    this.#worker = new Worker(new URL('./prompt-worker.ts', import.meta.url), { workerData: data })
    this.#worker.on('message', (reply: PromptReply) => {
      this.#current!.resolve(reply)
      this.#next()
    })
    this.#worker.unref()
  }

  /** The prompts of one tenant are encoded in the order in which they come. */
  encode(tenant: string, messages: PromptRequest): Promise<PromptReply> {
    return new Promise((resolve) => {
      const own = this.#waiting.get(tenant) ?? []
      own.push({ messages, resolve })
      this.#waiting.set(tenant, own)
      if (!this.#current) this.#next()
    })
  }

  #next(): void {
    this.#current = null
    for (const [tenant, own] of this.#waiting) {
      this.#current = own.shift()!
      this.#waiting.delete(tenant)
      if (own.length > 0) this.#waiting.set(tenant, own) // behind the others
      this.#worker.postMessage(this.#current.messages)
      return
    }
  }
}
