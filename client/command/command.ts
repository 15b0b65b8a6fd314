import type { Keval } from '../keval.ts'

/** Where a command reads and writes; tests bring their own. */
export interface Surroundings {
  environment: Record<string, string | undefined>
  out(text: string): void
  err(text: string): void
  /** Columns of the terminal that shows progress; null where there is none. */
  columns: number | null
  readInput(): Promise<string>
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
}

export type Values = Record<string, string | boolean | undefined>

/** What a command works with. */
export interface Call extends Surroundings {
  values: Values
  positionals: string[]
  client(): Keval
}

export interface Command {
  usage: string
  summary: string
  options: Record<string, { type: 'string' | 'boolean' }>
  run(call: Call): Promise<number>
}

/** What scripts can tell apart. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** Wrong arguments, or no key. */
  usage: 2,
  /** The key was refused. */
  refused: 3,
  /** The input was refused. */
  invalid: 4,
  /** The evaluation ended, but not every row was judged. */
  incomplete: 5,
  /** Nothing answers, or there is no room: try again later. */
  unavailable: 6,
  /** Ctrl-C: the evaluation goes on without us. */
  detached: 130,
} as const

/** A wrong call of the command, with what would be right. */
export class UsageError extends Error {}
