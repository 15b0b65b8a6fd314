import { KevalError } from '../api/keval-error.ts'
import {
  type CliContext,
  exitCodes,
  InputError,
  Interrupted,
  UnavailableError,
  UsageError,
} from './cli-context.ts'
import { toJsonLine, toPrintable } from './render.ts'
import type { CliTexts } from './texts/en.ts'

/** Tells on the error output what went wrong, as JSON where the command was asked for JSON; resolves to the exit code. */
export function toExitCodeOfError(
  error: unknown,
  { err, signal }: CliContext,
  texts: CliTexts,
  isJson: boolean,
): number {
  const interrupted = [error, signal.reason].find((one) => one instanceof Interrupted)
  if (interrupted !== undefined) return interrupted.exitCode
  if (isClosedPipe(error)) return exitCodes.closedPipe
  const { code, exitCode, lines } = explain(error, texts)
  if (isJson) err(toJsonLine({ error: toErrorObject(error, code, lines) }))
  else err(`${lines.map(toPrintable).join('\n')}\n`)
  return exitCode
}

interface Explanation {
  code: string
  exitCode: number
  lines: string[]
}

function explain(error: unknown, texts: CliTexts): Explanation {
  if (error instanceof UsageError)
    return { code: 'usage', exitCode: exitCodes.usage, lines: error.message.split('\n') }
  if (error instanceof InputError)
    return { code: 'invalid_input', exitCode: exitCodes.invalid, lines: [error.message, ...error.details] }
  if (error instanceof UnavailableError)
    return { code: 'unavailable', exitCode: exitCodes.unavailable, lines: [error.message] }
  if (error instanceof KevalError) return explainKevalError(error, texts)
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) }
  if (code === 'ENOSPC') return { code: 'disk_full', exitCode: exitCodes.failed, lines: [texts.diskFull] }
  return { code: code ?? 'failed', exitCode: exitCodes.failed, lines: [message ?? String(error)] }
}

function explainKevalError(error: KevalError, texts: CliTexts): Explanation {
  const { code, message, errors, retryAfter, requestId, status } = error
  const lines = [`${message}${code === 'unreachable' || code === 'unknown' ? '' : ` (${code})`}`]
  // the message names the only wrong field already
  const [only, ...more] = errors
  const isTold = more.length === 0 && only !== undefined && message.includes(only.message)
  if (!isTold) lines.push(...errors.slice(0, 20).map(({ field, message }) => `  ${field}: ${message}`))
  if (errors.length > 20) lines.push(`  … ${errors.length - 20}`)
  if (retryAfter !== null) lines.push(texts.tryAgainIn(retryAfter))
  if (requestId !== null && status >= 500) lines.push(texts.requestId(requestId))
  return { code, exitCode: toExitCodeOfStatus(error), lines }
}

function toErrorObject(error: unknown, code: string, [message, ...details]: string[]): object {
  if (error instanceof KevalError) return error.toJSON()
  return { code, message, ...(details.length > 0 && { details }) }
}

function toExitCodeOfStatus({ status, code }: KevalError): number {
  if (code === 'unreadable_input') return exitCodes.usage
  if (code === 'broken_answer') return exitCodes.failed
  if (status === 401 || status === 403) return exitCodes.refused
  if (status === 0 || status === 429 || status === 503) return exitCodes.unavailable
  return status >= 400 && status < 500 ? exitCodes.invalid : exitCodes.failed
}

const isClosedPipe = (error: unknown) =>
  error instanceof Error &&
  ['EPIPE', 'ERR_STREAM_DESTROYED'].includes((error as NodeJS.ErrnoException).code ?? '')
