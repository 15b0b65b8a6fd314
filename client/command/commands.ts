import { cancelCommand, resumeCommand, waitCommand } from './attend.ts'
import type { Command } from './command.ts'
import { evalCommand } from './eval.ts'
import { judgeCommand } from './judge.ts'
import { loginCommand } from './login.ts'
import { compareCommand, leaderboardCommand, listCommand, reportCommand, resultsCommand } from './read.ts'

/** Every `keval` command by its name. */
export const commands: Record<string, Command> = {
  login: loginCommand,
  judge: judgeCommand,
  eval: evalCommand,
  wait: waitCommand,
  cancel: cancelCommand,
  resume: resumeCommand,
  list: listCommand,
  report: reportCommand,
  results: resultsCommand,
  compare: compareCommand,
  leaderboard: leaderboardCommand,
}
