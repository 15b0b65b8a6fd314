import { availableParallelism, cpus } from 'node:os'
import {
  cudaFolder,
  findCudaLibraries,
  type InstalledLibraries,
  runtimeVersion,
} from '../../devices/cuda-libraries.ts'
import { type DeviceReport, machineSources, readDeviceReport } from '../../devices/device-report.ts'
import { type Diagnosis, diagnose } from '../../devices/diagnosis.ts'
import type { ModelDirectory } from '../../model/directory.ts'
import type { EngineConfig } from '../protocol.ts'
import type { RuntimeChoice } from '../runtime/open-runtime.ts'
import type { Provider } from '../runtime/runtime.ts'
import type { TuningKey } from '../tuning/tuning.ts'
import type { DeviceMemory } from './plan-runtime.ts'

/** The devices of this machine for a model, with their libraries and memory. */
export interface Survey {
  report: DeviceReport
  libraries: InstalledLibraries
  diagnosis: Diagnosis
  memory: DeviceMemory
  choice: RuntimeChoice
}

/** Looks at the machine for a model; nothing is loaded yet. */
export function surveyModel(
  directory: ModelDirectory,
  config: Pick<EngineConfig, 'provider' | 'runtime' | 'memoryShare'>,
): Survey {
  const libraries = findCudaLibraries(cudaFolder())
  const report = readDeviceReport(machineSources())
  const diagnosis = diagnose(report, libraries, {
    path: directory.path,
    forCpu: directory.conversion?.target === 'cpu',
  })
  return {
    report,
    libraries,
    diagnosis,
    memory: toShare(config.memoryShare, process.availableMemory(), diagnosis.gpu),
    choice: {
      provider: config.provider,
      runtime: config.runtime,
      architecture: directory.architecture,
      integersByRow: directory.conversion?.blockSize === 'row',
      cudaObstacle: toObstacle(diagnosis, config.provider),
    },
  }
}

/** Shows this process the one GPU that it is to use, counted among those that it sees; null leaves all. */
export function toDeviceEnvironment(
  device: number | null,
  env: NodeJS.ProcessEnv = process.env,
): { CUDA_VISIBLE_DEVICES?: string } {
  if (device === null) return {}
  const visible = env.CUDA_VISIBLE_DEVICES?.split(',').map((name) => name.trim())
  return { CUDA_VISIBLE_DEVICES: visible ? (visible[device] ?? '') : String(device) }
}

/** Name and driver of the device that a provider of this machine computes on. */
export function describeDevice(
  { report, diagnosis }: Pick<Survey, 'report' | 'diagnosis'>,
  provider: Provider,
): { name: string; driver: string | null } {
  const { gpu } = diagnosis
  if (provider === 'cuda' && gpu !== null)
    return { name: gpu.name, driver: report.driverVersion ?? `CUDA ${report.cudaVersion}` }
  const processor = cpus()[0]?.model.trim() || process.arch
  return { name: `${processor}, ${availableParallelism()} threads`, driver: null }
}

/** The key under which a tuning is stored: these weights on a provider of this machine. */
export function toTuningKey(
  survey: Pick<Survey, 'report' | 'diagnosis'>,
  provider: Provider,
  weightsDigest: string,
): TuningKey {
  const { name, driver } = describeDevice(survey, provider)
  return { provider, device: name, driver, runtime: `onnxruntime ${runtimeVersion}`, weightsDigest }
}

const toShare = (share: number, hostFreeBytes: number, gpu: Diagnosis['gpu']): DeviceMemory => ({
  hostFreeBytes: hostFreeBytes * share,
  gpu: gpu && share < 1 ? { ...gpu, freeBytes: (gpu.freeBytes ?? gpu.totalBytes) * share } : gpu,
})

/**
 * Why CUDA need not be tried. A model made for the CPU may still hold operators that a GPU has: it is tried there when
 * that was asked for.
 */
function toObstacle({ gpu, why, problems }: Diagnosis, asked: EngineConfig['provider']): string | null {
  if (!gpu) return why
  const serious = problems.find(({ code }) => code !== 'model_for_cpu' || asked !== 'cuda')
  return serious ? `${serious.message}; ${serious.remedy}` : null
}
