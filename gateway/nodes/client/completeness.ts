import type { NodeChunk } from './chat-wire.ts'

/** Tracks whether every choice of a streamed completion has given its finish reason. */
export class Completeness {
  readonly #finished = new Map<number, boolean>()

  add({ choices }: Pick<NodeChunk, 'choices'>): void {
    for (const { index, finish_reason } of choices) {
      const choice = index ?? 0
      this.#finished.set(choice, (this.#finished.get(choice) ?? false) || finish_reason != null)
    }
  }

  get isComplete(): boolean {
    return this.#finished.size > 0 && ![...this.#finished.values()].includes(false)
  }
}
