import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { ModelError } from '../model/model-error.ts'

/** A subcommand of `keval-node`. */
export interface Command {
  name: string
  /** The text of `--help`. */
  usage: string
  /** Runs with the arguments after the subcommand; resolves to the exit code. */
  run(args: string[], output?: CommandOutput): Promise<number>
}

/** Output streams of a command: results, and everything else. */
export interface CommandOutput {
  answer(line: string): void
  note(line: string): void
  /** A line that the next one replaces, shown on terminals only; null takes it away. */
  progress(line: string | null): void
}

export const terminalOutput: CommandOutput = {
  answer: (line) => console.log(line),
  note: (line) => console.error(line),
  progress(line) {
    if (process.stderr.isTTY) process.stderr.write(line === null ? '\r\x1b[K' : `\r\x1b[K${line}`)
  },
}

/** A wrong command line; the usage is printed after it. */
export class UsageError extends Error {}

type Values = Record<string, string | boolean | undefined>

/**
 * Makes a command out of its action: parses options, prints the usage for `--help` or a wrong command line, and
 * turns expected failures into one line and exit code 1.
 */
export function command(
  name: string,
  usage: string,
  options: ParseArgsOptionsConfig,
  action: (positionals: string[], values: Values, output: CommandOutput) => Promise<number>,
): Command {
  return {
    name,
    usage,
    async run(args, output = terminalOutput) {
      try {
        const { positionals, values } = parse(args, options)
        if (values.help) {
          output.answer(usage)
          return 0
        }
        return await action(positionals, values, output)
      } catch (error) {
        output.progress(null)
        if (error instanceof UsageError) {
          output.note(`keval-node ${name}: ${error.message}\n\n${usage}`)
          return 2
        }
        if (!(error instanceof ModelError)) throw error
        output.note(`keval-node ${name}: ${error.message}`)
        return 1
      }
    },
  }
}

function parse(args: string[], options: ParseArgsOptionsConfig): { positionals: string[]; values: Values } {
  try {
    const { positionals, values } = parseArgs({
      args,
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
    return { positionals, values: values as Values }
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** One of the allowed values of an option, or its default. */
export function choice<T extends string>(
  values: Values,
  name: string,
  allowed: readonly T[],
  fallback: T,
): T {
  const value = values[name] ?? fallback
  if (!allowed.includes(value as T))
    throw new UsageError(`--${name} is ${value}; ${allowed.join(', ')} are possible`)
  return value as T
}

/** A whole number greater than 0, or the default. */
export function count(values: Values, name: string, fallback: number): number {
  if (values[name] === undefined) return fallback
  const value = Number(values[name])
  if (!Number.isSafeInteger(value) || value < 1)
    throw new UsageError(`--${name} takes a whole number above 0`)
  return value
}

/** A number that counts from 0, such as that of a device; null where it is left out. */
export function index(values: Values, name: string): number | null {
  if (values[name] === undefined) return null
  if (!/^\d{1,3}$/.test(String(values[name]))) throw new UsageError(`--${name} takes a whole number from 0`)
  return Number(values[name])
}
