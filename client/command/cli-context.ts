import type { ReportLanguage } from '../api/api-types.ts'
import type { Keval } from '../api/keval.ts'
import type { OptionName } from './options.ts'
import type { CliTexts } from './texts/en.ts'

/** The process around a command: environment, streams and signals. Tests bring their own. */
export interface CliContext {
  environment: Record<string, string | undefined>
  /** Rejects when the output can no longer be written. */
  out(text: string): Promise<void>
  err(text: string): void
  /** Columns of the terminal that shows progress; null where there is none. */
  columns: number | null
  /** True if the output goes to a terminal, which would obey control characters. */
  outIsTerminal: boolean
  /** True if a person types the input. */
  inputIsTerminal: boolean
  readInput(): Promise<Uint8Array>
  /** Asks a person for a secret without showing it. */
  readSecret(prompt: string): Promise<string>
  /** Asks a yes-or-no question; false without a terminal. */
  confirm(question: string): Promise<boolean>
  /** Aborted by Ctrl-C and SIGTERM. */
  signal: AbortSignal
}

export type Values = Partial<Record<OptionName, string | boolean | string[]>>

/** One invocation of a command. */
export interface Call extends CliContext {
  values: Values
  positionals: string[]
  language: ReportLanguage
  texts: CliTexts
  /** The client with the settings of the environment. */
  client(): Keval
}

export interface Command {
  /** Positional arguments as the help shows them. */
  positionals: string
  options: readonly OptionName[]
  run(call: Call): Promise<number>
}

/** The exit codes that scripts can tell apart. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** Wrong arguments, or no key. */
  usage: 2,
  /** The key was refused. */
  refused: 3,
  /** The input was refused. */
  invalid: 4,
  /** The work ended, but some rows have no answer or no judgment. */
  incomplete: 5,
  /** The gateway does not answer, or has no room: try again later. */
  unavailable: 6,
  /** The mean rating is below `--fail-under`. */
  belowThreshold: 7,
  /** `--fail-on-regression` found one. */
  regression: 8,
  /** `keval audit drift` found that the judge has moved. */
  drift: 9,
  interrupted: 130,
  terminated: 143,
  /** The reader of the output is gone, as a shell reports it. */
  closedPipe: 141,
} as const

/** A wrong invocation, with the right form in its message. */
export class UsageError extends Error {}

/** Input that is refused before it is sent; `details` are lines of their own. */
export class InputError extends Error {
  readonly details: string[]
  constructor(message: string, details: string[] = []) {
    super(message)
    this.details = details
  }
}

/** Another service does not answer, or has no room now. */
export class UnavailableError extends Error {}

/** Abort reason of a process that received a signal to stop. */
export class Interrupted extends Error {
  readonly exitCode: number
  constructor(exitCode: number) {
    super('interrupted')
    this.exitCode = exitCode
  }
}

export function getText(values: Values, name: OptionName): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

/** A number option; refuses what is no number or out of bounds. */
export function getNumber(
  { values, texts }: Pick<Call, 'values' | 'texts'>,
  name: OptionName,
  { min = 0, max = Number.MAX_SAFE_INTEGER, whole = false } = {},
): number | undefined {
  const text = getText(values, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !(value >= min && value <= max) || (whole && !Number.isInteger(value)))
    throw new UsageError(texts.mustBeNumber(name, min, max, whole))
  return value
}

/** An option with a list of allowed values. */
export function getChoice<T extends string>(
  { values, texts }: Pick<Call, 'values' | 'texts'>,
  name: OptionName,
  choices: readonly T[],
): T | undefined {
  const text = getText(values, name)
  if (text === undefined) return undefined
  const found = choices.find((choice) => choice === text)
  if (found === undefined) throw new UsageError(texts.notAChoice(name, choices))
  return found
}
