import type { Command } from './cli-context.ts'
import { commonOptions, options } from './options.ts'

export const shells = ['bash', 'zsh', 'fish'] as const

/** The completion script of a shell: commands, their options, and the values an option allows. */
export function renderCompletion(
  shell: (typeof shells)[number],
  commands: ReadonlyMap<string, Command>,
): string {
  if (shell === 'fish') return renderFish(commands)
  const names = [...commands.keys(), 'completion', 'help'].join(' ')
  const cases = [...commands].map(
    ([name, command]) =>
      `    ${name}) words="${listOptions(command)
        .map((one) => `--${one}`)
        .join(' ')}" ;;`,
  )
  const values = Object.entries(options).flatMap(([name, { value }]) =>
    value?.includes('|') ? [`    --${name}) words="${toChoices(value).join(' ')}" ;;`] : [],
  )
  const body = `_keval() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  case "$previous" in
${values.join('\n')}
    completion) words="${shells.join(' ')}" ;;
  esac
  if [ -z "$words" ] && [ "$COMP_CWORD" -eq 1 ]; then words="${names} --help --version"; fi
  if [ -z "$words" ] && [ "\${current#-}" != "$current" ]; then
    case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _keval keval
`
  return shell === 'bash'
    ? body
    : `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${body}`
}

function renderFish(commands: ReadonlyMap<string, Command>): string {
  const names = [...commands.keys(), 'completion', 'help'].join(' ')
  const lines = [...commands].flatMap(([name, command]) =>
    listOptions(command).map((option) => {
      const { value } = options[option]
      const choices =
        value === undefined ? '' : value.includes('|') ? ` -x -a '${toChoices(value).join(' ')}'` : ' -r'
      return `complete -c keval -n '__fish_seen_subcommand_from ${name}' -l ${option}${choices}`
    }),
  )
  return [`complete -c keval -n __fish_use_subcommand -x -a '${names}'`, ...lines, ''].join('\n')
}

const listOptions = (command: Command) => [...command.options, ...commonOptions]

/** The words among the alternatives; names in capitals stand for a value of the user. */
const toChoices = (value: string) => value.split('|').filter((word) => word !== word.toUpperCase())
