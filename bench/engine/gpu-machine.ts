import { accessSync, constants } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { delimiter, join } from 'node:path'
import { cudaFolder, findCudaLibraries } from '../../inference-node/devices/cuda-libraries.ts'
import { machineSources, readDeviceReport } from '../../inference-node/devices/device-report.ts'
import { diagnose } from '../../inference-node/devices/diagnosis.ts'
import { copyBandwidth, readBandwidth } from './bandwidth.ts'

export type BenchProvider = 'cuda' | 'webgpu' | 'cpu'

/** Names in one line what the bench lacks on this machine and how to install it; null when it can run. */
export function findObstacle(provider: BenchProvider): string | null {
  if (provider !== 'cuda') return null
  const { gpu, why, problems } = diagnose(readDeviceReport(machineSources()), findCudaLibraries(cudaFolder()))
  const [problem] = problems
  if (problem) return `${problem.message}; mend it with: ${problem.remedy}`
  return gpu ? null : `${why}; run it on one, or try the bench itself with --provider cpu --quick`
}

export interface Machine {
  device: string
  driver: string | null
  /** Memory bandwidth in bytes per second: copies within a GPU's memory, or reads of the CPU; null where it cannot be measured. */
  bandwidth: number | null
}

export async function describeMachine(provider: BenchProvider): Promise<Machine> {
  if (provider === 'cpu') {
    const threads = availableParallelism()
    const bandwidth = process.platform === 'linux' ? await readBandwidth(threads, 3) : null
    return { device: `${cpus()[0]?.model.trim()}, ${threads} threads`, driver: null, bandwidth }
  }
  const report = readDeviceReport(machineSources())
  const device = report.gpus[0]?.name ?? 'a GPU without a name'
  const bandwidth = provider === 'cuda' ? copyBandwidth(cudaFolder()) : null
  return { device, driver: report.driverVersion, bandwidth }
}

/** Checks whether a program is on PATH. */
export function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return folder !== ''
    } catch {
      return false
    }
  })
}
