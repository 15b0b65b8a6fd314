/** Counts of the judge's 0 against the script signal, over the rated judgments that have a signal. */
export interface LanguageRule {
  checked: number
  /** Scripts differ and the judge gave 0. */
  followed: number
  /** Scripts differ, but the judge gave more. */
  missed: number
  /** The judge gave 0 although the scripts are the same: a bad answer, or a wrong reading of the rule. */
  zero_without_signal: number
  neither: number
}

export function languageRule(
  cells: readonly { differ: boolean; zero: boolean; count: number }[],
): LanguageRule {
  const count = (differ: boolean, zero: boolean) =>
    cells
      .filter((cell) => cell.differ === differ && cell.zero === zero)
      .reduce((sum, cell) => sum + cell.count, 0)
  const followed = count(true, true)
  const missed = count(true, false)
  const zeroWithoutSignal = count(false, true)
  const neither = count(false, false)
  return {
    checked: followed + missed + zeroWithoutSignal + neither,
    followed,
    missed,
    zero_without_signal: zeroWithoutSignal,
    neither,
  }
}
