import type { Tuning, TuningKey } from './tuning.ts'
import { findTuning, type Tunings } from './tuning-file.ts'

export interface TuningStatus {
  /**
   * `applied`: measured for exactly this key; `outdated`: measured for another device, driver, runtime or other weights;
   * `unreadable`: the file is broken; `failed`: the measurement failed; `off`: not used here.
   */
  state: 'applied' | 'missing' | 'outdated' | 'unreadable' | 'failed' | 'off'
  /** Set when it is applied, with its file. */
  tuning: Tuning | null
  file: string | null
  /** Why it is not applied, in one line; null when it is or nothing was measured. */
  problem: string | null
}

const fieldNames: Record<keyof TuningKey, string> = {
  provider: 'provider',
  device: 'device',
  driver: 'driver',
  runtime: 'runtime',
  weightsDigest: 'set of weights',
}

/** Looks up the tuning for a key. A tuning for another key is never used. */
export function toTuningStatus(tunings: Tunings, key: TuningKey): TuningStatus {
  const found = findTuning(tunings, key)
  if (found) return { state: 'applied', tuning: found.tuning, file: found.path, problem: null }
  const nothing = { tuning: null, file: null }
  const broken = tunings.files.find(({ problem }) => problem !== null)
  if (broken) return { ...nothing, state: 'unreadable', problem: broken.problem }
  const others = tunings.files.flatMap(({ tuning }) => (tuning === null ? [] : [tuning.key]))
  if (others.length === 0) return { ...nothing, state: 'missing', problem: null }
  const differences = others.map((other) =>
    (Object.keys(fieldNames) as (keyof TuningKey)[]).filter((name) => other[name] !== key[name]),
  )
  const [nearest] = differences.sort((a, b) => a.length - b.length)
  const names = nearest!.map((name) => fieldNames[name]).join(', ')
  return { ...nothing, state: 'outdated', problem: `measured for a different ${names}` }
}
