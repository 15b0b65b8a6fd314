/** A piece of work that every subject does on the same tokens; only the part that counts is timed. */
export type Work =
  /** Compute a prompt of so many tokens up to its last logits. */
  | { kind: 'prefill'; tokens: number; seed: number; vocabulary: number }
  /** With `rows` sequences of `context` tokens each, generate `tokens` more in each, together where possible. */
  | { kind: 'decode'; rows: number; context: number; tokens: number; seed: number; vocabulary: number }
  /** Answer all prompts with `tokens` tokens each; the subject knows of `atOnce` of them at a time. */
  | { kind: 'judge'; prompts: number[][]; tokens: number; atOnce: number }

export interface Result {
  seconds: number
  /** Of all threads of the subject: on a busy machine the fairer measure, with one thread. */
  cpuSeconds: number
  /** Tokens computed or generated in that time; of `judge`, answers. */
  units: number
  /** Of the prompts' tokens, the share whose keys and values were there already; where the subject tells. */
  reusedShare?: number
}

/** Starts to measure; the function it returns ends that. */
export function stopwatch(): (units: number) => Result {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  return (units) => {
    const { user, system } = process.cpuUsage(before)
    return { seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1e6, units }
  }
}

export interface Subject {
  run(work: Work): Promise<Result>
}

/** Makes a process do what its parent asks, one work at a time. */
export function serveSubject(subject: Subject): void {
  process.on('message', async (work: Work) => {
    try {
      process.send!(await subject.run(work))
    } catch (error) {
      process.send!({ error: (error as Error).message })
    }
  })
  process.on('disconnect', () => process.exit(0))
  process.send!('ready')
}

/** Made-up tokens, the same for every subject; ids below 1000 are left to control tokens. */
export function syntheticPrompt(length: number, seed: number, vocabulary: number): number[] {
  return Array.from(
    { length },
    (_, i) => 1000 + ((i * 7919 + seed * 104_729 + ((i * i * 31) % 65_537)) % (vocabulary - 1000)),
  )
}
