import { parseArgs } from 'node:util'
import { Keval } from '../keval.ts'
import { KevalError } from '../keval-error.ts'
import { exitCodes, type Surroundings, UsageError, type Values } from './command.ts'
import { commands } from './commands.ts'
import { readSettings } from './settings.ts'

/** Runs `keval …` and answers its exit code. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    surroundings.out(overview())
    return name === undefined ? exitCodes.usage : exitCodes.done
  }
  const command = commands[name]
  if (command === undefined) {
    surroundings.err(`There is no "keval ${name}".\n\n${overview()}`)
    return exitCodes.usage
  }
  try {
    const options = {
      ...command.options,
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const
    const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true })
    if (values.help) {
      surroundings.out(`${`keval ${name} ${command.usage}`.trimEnd()}\n${command.summary}\n`)
      return exitCodes.done
    }
    const client = () => {
      const settings = readSettings(surroundings.environment)
      if (settings === null)
        throw new UsageError(
          'Sign in first: keval login --url https://… (or set KEVAL_URL and KEVAL_API_KEY).',
        )
      return new Keval(settings)
    }
    return await command.run({ values: values as Values, positionals, client, ...surroundings })
  } catch (error) {
    return explain(error, surroundings, name)
  }
}

function explain(error: unknown, { err, signal }: Surroundings, name: string): number {
  if (signal.aborted) return exitCodes.detached
  if (error instanceof UsageError) {
    err(`${error.message}\n`)
    return exitCodes.usage
  }
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    err(`${error.message}\nkeval ${name} ${commands[name]!.usage}\n`)
    return exitCodes.usage
  }
  if (error instanceof KevalError) {
    err(`${error.message}${error.code === 'unreachable' ? '' : ` (${error.code})`}\n`)
    // what is wrong in one place stands in the message already
    const [only, ...more] = error.errors
    const isTold = more.length === 0 && only !== undefined && error.message.includes(only.message)
    for (const { field, message } of isTold ? [] : error.errors.slice(0, 20)) err(`  ${field}: ${message}\n`)
    if (error.retryAfter !== null) err(`Try again in ${error.retryAfter} s.\n`)
    if (error.requestId !== null && error.status >= 500) err(`Request id: ${error.requestId}\n`)
    return codeOf(error)
  }
  err(`${error instanceof Error ? error.message : String(error)}\n`)
  return exitCodes.failed
}

function codeOf({ status }: KevalError): number {
  if (status === 401 || status === 403) return exitCodes.refused
  if (status === 0 || status === 429 || status === 503) return exitCodes.unavailable
  return status >= 400 && status < 500 ? exitCodes.invalid : exitCodes.failed
}

function overview(): string {
  const lines = Object.entries(commands).map(
    ([name, { usage, summary }]) => `${`  keval ${name} ${usage}`.trimEnd()}\n      ${summary}`,
  )
  return `keval: judge Korean answers with a keval-edge gateway\n\n${lines.join('\n')}\n\n--json prints what the gateway answered. Exit codes: 0 done, 1 failed, 2 wrong call, 3 key refused, 4 input refused,\n5 rows without a judgment, 6 try again later, 130 detached.\n`
}
