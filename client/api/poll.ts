import type { Evaluation } from './api-types.ts'
import { KevalError } from './keval-error.ts'
import { sleep } from './sleep.ts'

/** Seconds in a row without an answer after which waiting ends. */
const maxSilentSeconds = 120

export interface WaitOptions<T> {
  /** Ends the waiting, not the work. */
  signal?: AbortSignal
  onProgress?: (state: T) => void
}

/** Asks once a second until the work has ended or is paused; tolerates a gateway that does not answer for a moment. */
export async function pollUntilEnd<T extends { status: Evaluation['status'] }>(
  load: () => Promise<T>,
  { signal, onProgress }: WaitOptions<T>,
): Promise<T> {
  for (let silentSince: number | null = null; ; ) {
    try {
      const state = await load()
      silentSince = null
      onProgress?.(state)
      if (state.status !== 'running' && state.status !== 'receiving') return state
    } catch (error) {
      if (!(error instanceof KevalError) || !isTemporary(error)) throw error
      silentSince ??= Date.now()
      if (Date.now() - silentSince > maxSilentSeconds * 1000) throw error
    }
    await sleep(1000, signal)
  }
}

const isTemporary = ({ status, code }: KevalError) =>
  (status === 0 && code === 'unreachable') || status >= 500 || status === 429
