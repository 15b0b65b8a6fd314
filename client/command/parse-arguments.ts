import { parseArgs } from 'node:util'
import { findNearest } from '../../schema/text/find-nearest.ts'
import { type Command, UsageError, type Values } from './cli-context.ts'
import { commonOptions, type OptionDeclaration, type OptionName, options } from './options.ts'
import { toPrintable } from './render.ts'
import type { CliTexts } from './texts/en.ts'

/** The options and positional arguments of a command; a wrong one is named with what is allowed. */
export function parseArguments(
  args: readonly string[],
  command: Command,
  texts: CliTexts,
): { values: Values; positionals: string[] } {
  const names = [...command.options, ...commonOptions]
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: toParseOptions(names),
    allowPositionals: true,
    // the messages of strict parsing are English
    strict: false,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const declared = names.find((name) => name === token.name)
    if (declared === undefined) throw new UsageError(explainUnknown(token.rawName, names, texts))
    const option = options[declared]
    const { value, inlineValue } = token
    if (option.type === 'boolean') {
      if (value !== undefined) throw new UsageError(texts.takesNoValue(`--${declared}`))
    } else if (value === undefined || (!inlineValue && value.startsWith('-') && value !== '-')) {
      throw new UsageError(texts.needsValue(`--${declared}`, option.value!))
    }
  }
  return { values: values as Values, positionals }
}

function explainUnknown(given: string, names: readonly OptionName[], texts: CliTexts): string {
  const nearest = findNearest(given.replace(/^-+/, ''), names)
  const shown = toPrintable(given)
  return nearest === null ? texts.unknownOption(shown) : texts.unknownOptionNear(shown, `--${nearest}`)
}

const toParseOptions = (
  names: readonly OptionName[],
): Record<string, Pick<OptionDeclaration, 'type' | 'short' | 'multiple'>> =>
  Object.fromEntries(
    names.map((name) => {
      const { type, short, multiple } = options[name]
      return [name, { type, ...(short !== undefined && { short }), ...(multiple && { multiple }) }]
    }),
  )
