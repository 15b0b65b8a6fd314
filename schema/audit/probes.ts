import type { Probe } from './probe.ts'
import { mustBeZero } from './probes/must-be-zero.ts'
import { mustFall } from './probes/must-fall.ts'
import { mustNotChange } from './probes/must-not-change.ts'
import { mustNotRise } from './probes/must-not-rise.ts'
import { repeat } from './probes/repeat.ts'

/** All probes in the order of the report. */
export const probes: readonly Probe[] = [repeat, ...mustNotRise, ...mustFall, ...mustBeZero, ...mustNotChange]

const byName = new Map(probes.map((probe) => [probe.name, probe]))

/** The probe of a name. */
export const findProbe = (name: string): Probe | undefined => byName.get(name)
