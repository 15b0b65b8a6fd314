import { findNearest } from '../../schema/text/find-nearest.ts'
import type { ReportLanguage } from '../api/api-types.ts'
import { Keval } from '../api/keval.ts'
import { type CliContext, type Command, exitCodes, getChoice } from './cli-context.ts'
import { commands } from './commands.ts'
import { renderCompletion, shells } from './completion.ts'
import { toExitCodeOfError } from './explain-error.ts'
import { commonOptions, options } from './options.ts'
import { parseArguments } from './parse-arguments.ts'
import { toPrintable } from './render.ts'
import { readSettings } from './settings.ts'
import { type CliTexts, type CommandName, en } from './texts/en.ts'
import { ko } from './texts/ko.ts'
import { readVersion } from './version.ts'

const textsByLanguage: Record<ReportLanguage, CliTexts> = { en, ko }

/** Runs `keval …` and resolves to its exit code. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const language = chooseLanguage(args, context.environment)
  const texts = textsByLanguage[language]
  const isJson = args.includes('--json')
  try {
    return await dispatch(args, context, language, texts)
  } catch (error) {
    return toExitCodeOfError(error, context, texts, isJson)
  }
}

async function dispatch(
  args: readonly string[],
  context: CliContext,
  language: ReportLanguage,
  texts: CliTexts,
): Promise<number> {
  const [name, ...rest] = args[0] === '--language' ? args.slice(2) : args
  if (args[0] === '--language')
    getChoice({ values: { language: args[1] ?? '' }, texts }, 'language', ['en', 'ko'])
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = rest[0] === undefined ? undefined : commands.get(rest[0])
    await context.out(asked === undefined ? renderOverview(texts) : renderHelp(rest[0]!, asked, texts))
    return name === undefined ? exitCodes.usage : exitCodes.done
  }
  if (name === '--version' || name === '-v' || name === 'version') {
    await context.out(`keval ${readVersion()}\n`)
    return exitCodes.done
  }
  if (name === 'completion') {
    const usage = `keval completion ${shells.join('|')}\n`
    if (rest[0] === '--help' || rest[0] === '-h') {
      await context.out(`${usage}\n${texts.completionSummary}\n`)
      return exitCodes.done
    }
    const shell = shells.find((one) => one === rest[0])
    if (shell === undefined) {
      context.err(usage)
      return exitCodes.usage
    }
    await context.out(renderCompletion(shell, commands))
    return exitCodes.done
  }
  const command = commands.get(name)
  if (command === undefined) {
    const nearest = findNearest(name, [...commands.keys()])
    const hint = nearest === null ? '' : ` ${texts.meant(`keval ${nearest}`)}`
    context.err(`${texts.noSuchCommand(toPrintable(name))}${hint}\n\n${renderOverview(texts)}`)
    return exitCodes.usage
  }
  const { values, positionals } = parseArguments(rest, command, texts)
  if (values.help) {
    await context.out(renderHelp(name, command, texts))
    return exitCodes.done
  }
  getChoice({ values, texts }, 'language', ['en', 'ko'])
  const client = () => new Keval({ ...readSettings(context.environment, texts), language })
  return command.run({ ...context, values, positionals, client, language, texts })
}

/** `--language`, else the locale of the environment, else English. */
function chooseLanguage(args: readonly string[], environment: CliContext['environment']): ReportLanguage {
  const at = args.findIndex((argument) => argument === '--language' || argument.startsWith('--language='))
  const given = at === -1 ? undefined : args[at]!.includes('=') ? args[at]!.slice(11) : args[at + 1]
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
  return (given ?? locale).toLowerCase().startsWith('ko') ? 'ko' : 'en'
}

function renderHelp(name: string, command: Command, texts: CliTexts): string {
  const usages = [...command.options, ...commonOptions].map((option) => {
    const { value, short } = options[option]
    const usage = `--${option}${short === undefined ? '' : `, -${short}`}${value === undefined ? '' : ` ${value}`}`
    return [usage, texts.options[option]] as const
  })
  const width = Math.min(34, Math.max(...usages.map(([usage]) => usage.length)))
  const lines = usages.map(([usage, about]) =>
    usage.length > width
      ? `  ${usage}\n  ${' '.repeat(width)}  ${about}`
      : `  ${usage.padEnd(width)}  ${about}`,
  )
  const head = `keval ${name} ${command.positionals}`.trimEnd()
  return `${head}\n\n${texts.commands[name as CommandName]}\n\n${lines.join('\n')}\n`
}

function renderOverview(texts: CliTexts): string {
  const lines = [...commands].map(
    ([name, { positionals }]) =>
      `${`  keval ${name} ${positionals}`.trimEnd()}\n      ${texts.commands[name as CommandName]}`,
  )
  const completion = `  keval completion ${shells.join('|')}\n      ${texts.completionSummary}`
  return `${texts.headline}\n\n${[...lines, completion].join('\n')}\n\n${texts.footer}\n`
}
