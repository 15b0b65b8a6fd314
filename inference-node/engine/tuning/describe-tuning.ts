import { defaultSettings } from '../process/plan-runtime.ts'
import { compareWithServed } from './precision-speeds.ts'
import { minRounds } from './rounds.ts'
import type { Measured, Tuning } from './tuning.ts'

/** Options of `convert` that make each precision. */
const convertOptions: Record<string, string> = {
  'int8 by row': '--precision int8',
  int4: '--precision int4',
  'int8 in blocks of 32': '--precision int8 --block 32',
}

/** The settings in one line. */
export function summarizeTuning({ settings, measuredAt }: Tuning): string {
  const threads = settings.threads === null ? '' : `, ${settings.threads} threads`
  return `chunks of ${settings.chunkTokens} tokens, up to ${settings.slots} slots${threads}; measured ${measuredAt}`
}

/** Describes measurements and choices, a line for each. */
export function describeTuning({ key, settings, measured, precisions }: Tuning): string[] {
  const byDefault = defaultSettings(key.provider)
  const setting = (
    name: string,
    chosen: number | null,
    before: number | null,
    rates: readonly Measured[],
  ) => {
    const change = chosen === before || before === null ? '' : ` in place of ${before}`
    const list = rates.map(
      ({ value, median, lowest, highest }) => `${value}: ${median} (${lowest} to ${highest})`,
    )
    const measurement =
      list.length > 0
        ? `tokens/s ${describeRounds(rates)} by ${list.join(', ')}`
        : 'not measured: the time was over'
    return `${name.padEnd(10)} ${chosen ?? '-'}${change}; ${measurement}`
  }
  return [
    `device     ${key.device} by ${key.provider}${key.driver === null ? '' : `, driver ${key.driver}`}`,
    setting('chunks', settings.chunkTokens, byDefault.chunkTokens, measured.chunkTokens),
    setting('slots', settings.slots, byDefault.slots, measured.slots),
    // with one thread there is nothing to choose
    ...(settings.threads === null || settings.threads === 1
      ? []
      : [setting('threads', settings.threads, null, measured.threads)]),
    ...(key.provider === 'cpu' ? describePrecisions(precisions) : []),
  ]
}

/** States the number of rounds for each setting, and the effect of fewer rounds than planned. */
function describeRounds(rates: readonly Measured[]): string {
  const [fewest, most] = [Math.min, Math.max].map((pick) => pick(...rates.map(({ rounds }) => rounds)))
  const count = fewest === most ? `${most}` : `${fewest} to ${most}`
  const rounds = `in ${count} round${count === '1' ? '' : 's'}`
  return fewest! >= minRounds ? rounds : `${rounds} (the time was over: only a clear gain would count)`
}

function describePrecisions(precisions: Tuning['precisions']): string[] {
  if (precisions === null)
    return ['precision  not compared: the time was over, or the shapes of the model are not known']
  const { served, fastest, speeds } = precisions
  const lines = speeds.map(
    ({ precision, oneRowMs, eightRowsMs, promptMs }) =>
      `           ${precision}: ${oneRowMs} ms for one row, ${eightRowsMs} for eight, ${promptMs} for 128 tokens of a prompt`,
  )
  const share = compareWithServed(precisions)
  const advice =
    fastest === served
      ? `${served} serves best here`
      : share === null
        ? `${fastest} serves best of what convert makes for this processor`
        : `${fastest} would serve better here: a judgment's products take ${Math.round(100 * share)}% of the time of ${served} (keval-node convert CHECKPOINT --out DIRECTORY ${convertOptions[fastest]})`
  return [`precision  ${advice}`, ...lines]
}
