import type { Keval } from '../keval.ts'
import { cancelCommand, resumeCommand, waitCommand } from './attend.ts'
import { evalCommand } from './eval.ts'
import { judgeCommand } from './judge.ts'
import { loginCommand } from './login.ts'
import { compareCommand, leaderboardCommand, listCommand, reportCommand, resultsCommand } from './read.ts'
import type { Surroundings } from './run.ts'

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
