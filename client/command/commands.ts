import { answerCommand, runCommand } from './answer-commands.ts'
import { exportCommand, importCommand } from './archive-commands.ts'
import { auditCommand } from './audit-command.ts'
import type { Command } from './cli-context.ts'
import { datasetsCommand } from './datasets-command.ts'
import { evalCommand } from './eval-command.ts'
import { judgeCommand } from './judge-command.ts'
import { loginCommand } from './login-command.ts'
import {
  cancelCommand,
  compareCommand,
  leaderboardCommand,
  listCommand,
  reportCommand,
  resultsCommand,
  resumeCommand,
  waitCommand,
} from './show-commands.ts'
import { historyCommand, tagCommand } from './tag-commands.ts'
import type { CommandName } from './texts/en.ts'

/** Every `keval` command by its name, in the order of the help. */
export const commands: ReadonlyMap<string, Command> = new Map<CommandName, Command>([
  ['login', loginCommand],
  ['judge', judgeCommand],
  ['run', runCommand],
  ['answer', answerCommand],
  ['eval', evalCommand],
  ['wait', waitCommand],
  ['cancel', cancelCommand],
  ['resume', resumeCommand],
  ['list', listCommand],
  ['report', reportCommand],
  ['results', resultsCommand],
  ['export', exportCommand],
  ['import', importCommand],
  ['compare', compareCommand],
  ['leaderboard', leaderboardCommand],
  ['audit', auditCommand],
  ['tag', tagCommand],
  ['history', historyCommand],
  ['datasets', datasetsCommand],
])
