import { createHash } from 'node:crypto'
import type { GenerateRequest } from '../protocol.ts'

/** Characters of a step: prompts are compared at its multiples. */
const stepLength = 256
const maxSteps = 48
const maxEntries = 20_000

type Prompt = Pick<GenerateRequest, 'tenant' | 'messages'>

/** Remembers which engine computed the beginning of a prompt last. Beginnings are a tenant's own, as cached rows are. */
export class WarmPrefixes {
  /** Engine by digest of a beginning; the oldest is evicted. */
  readonly #engines = new Map<string, number>()
  readonly #isNeeded: boolean

  constructor(engines: number) {
    this.#isNeeded = engines > 1
  }

  /** The engine that computed the longest beginning of the prompt; null when none did. */
  find(prompt: Prompt): number | null {
    if (!this.#isNeeded) return null
    return toDigests(prompt).reduce<number | null>(
      (found, digest) => this.#engines.get(digest) ?? found,
      null,
    )
  }

  note(prompt: Prompt, engine: number): void {
    if (!this.#isNeeded) return
    for (const digest of toDigests(prompt)) {
      this.#engines.delete(digest)
      this.#engines.set(digest, engine)
    }
    while (this.#engines.size > maxEntries) this.#engines.delete(this.#engines.keys().next().value!)
  }

  /** The engine ended, and its cache with it. */
  forget(engine: number): void {
    for (const [digest, one] of this.#engines) if (one === engine) this.#engines.delete(digest)
  }
}

/** Digests of the beginnings of a prompt, the shortest first. */
function toDigests({ tenant, messages }: Prompt): string[] {
  const text = messages.map(({ role, content }) => `${role}\n${content}`).join('\n')
  const steps = Math.min(maxSteps, Math.floor(text.length / stepLength))
  const hash = createHash('sha1').update(`${tenant}\0`)
  return Array.from({ length: steps }, (_, step) => {
    hash.update(text.slice(step * stepLength, (step + 1) * stepLength))
    return hash.copy().digest('base64')
  })
}
