/** `violated`: the relation is broken beyond noise. `holds`: it is not. `inconclusive`: too few rows to say. */
export type Finding = 'holds' | 'violated' | 'inconclusive'

/** The levels at which the findings are made. */
export const levels = {
  /** Chance of any false `violated` among all tests of shifts together. */
  falseAlarm: 0.05,
  /** Mean shifts below this many points are no finding, however certain. */
  smallShift: 0.25,
  /** Shifts whose interval stays below this many points count as none. */
  tolerableShift: 0.5,
  /** Share of rows that may fail to fall before it is a finding. */
  tolerableFailures: 0.2,
  /** Share of rows in another language that may get more than 0. */
  tolerableNonZero: 0.1,
  /** From here on one rating moved. */
  movedPoints: 1,
  /** Number of rows below which no finding is reported. */
  minRows: 10,
  /** Thresholds of Koo and Li (2016): ICC below is poor, above is good. */
  poorIcc: 0.5,
  goodIcc: 0.75,
} as const
