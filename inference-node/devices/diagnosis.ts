import { type InstalledLibraries, minComputeCapability, minCudaVersion } from './cuda-libraries.ts'
import type { DeviceReport, Gpu } from './device-report.ts'

export type ProblemCode =
  | 'driver_missing'
  | 'driver_failed'
  | 'driver_too_old'
  | 'gpu_too_old'
  | 'libraries_missing'
  | 'libraries_damaged'
  | 'model_for_cpu'
  | 'cuda_failed'
  | 'not_certified'
  | 'certified_elsewhere'

/** A reason why the node serves slower or less surely than this machine could, and what mends it. */
export interface Problem {
  code: ProblemCode
  message: string
  remedy: string
}

/** The facts about a model that the choice of a provider needs. */
export interface ModelFacts {
  path: string
  /** Converted for the CPU, whose operators a GPU lacks or runs slowly. */
  forCpu: boolean
}

export interface Diagnosis {
  /** The provider that fits this machine and, when one is given, the model. */
  provider: 'cuda' | 'cpu'
  why: string
  /** The first GPU that could be used; null when there is none. */
  gpu: Gpu | null
  problems: Problem[]
}

/** Explains how to get a model for CUDA; one that was downloaded for the CPU comes without its checkpoint. */
export const convertForCuda =
  'keval-node convert CHECKPOINT --out DIRECTORY --for cuda (keval-node pull OWNER/NAME downloads a checkpoint)'

/** Chooses the device, and names what prevents the use of a GPU that is present. */
export function diagnose(
  report: DeviceReport,
  libraries: InstalledLibraries,
  model: ModelFacts | null = null,
): Diagnosis {
  const { gpu, problem } = findGpu(report)
  if (!gpu) {
    const why = problem ? problem.message : 'this machine has no NVIDIA GPU'
    return { provider: 'cpu', why, gpu, problems: problem ? [problem] : [] }
  }
  const problems: Problem[] = []
  if (libraries.state === 'missing')
    problems.push({
      code: 'libraries_missing',
      message: `${gpu.name} is idle: the CUDA libraries are not in ${libraries.folder}`,
      remedy: 'keval-node devices install cuda',
    })
  if (libraries.state === 'damaged')
    problems.push({
      code: 'libraries_damaged',
      message: `${gpu.name} is idle: in ${libraries.folder} ${libraries.problem}`,
      remedy: 'keval-node devices uninstall cuda && keval-node devices install cuda',
    })
  if (model?.forCpu)
    problems.push({
      code: 'model_for_cpu',
      message: `${gpu.name} is idle: ${model.path} was converted for the CPU`,
      remedy: convertForCuda,
    })
  const [first] = problems
  return first
    ? { provider: 'cpu', why: first.message, gpu, problems }
    : { provider: 'cuda', why: `${gpu.name} with CUDA ${report.cudaVersion} is usable`, gpu, problems }
}

function findGpu(report: DeviceReport): { gpu: Gpu | null; problem: Problem | null } {
  const { gpus, cudaVersion, driverProblem, pciGpus } = report
  const failed = (code: ProblemCode, message: string, remedy: string) => ({
    gpu: null,
    problem: { code, message, remedy },
  })
  if (driverProblem !== null)
    return failed(
      'driver_failed',
      `the NVIDIA driver does not work: ${driverProblem}`,
      'run nvidia-smi; restart the machine or install the driver again',
    )
  if (gpus.length === 0) {
    if (pciGpus === 0 || cudaVersion !== null) return { gpu: null, problem: null }
    return failed(
      'driver_missing',
      `${pciGpus} NVIDIA GPU${pciGpus > 1 ? 's are' : ' is'} on the bus, but there is no driver (libcuda.so.1)`,
      'install NVIDIA driver 580 or newer; in a container, start it with --gpus all',
    )
  }
  if (cudaVersion === null || compareVersions(cudaVersion, minCudaVersion) < 0)
    return failed(
      'driver_too_old',
      `the driver runs CUDA ${cudaVersion}; CUDA ${minCudaVersion} is needed`,
      'install NVIDIA driver 580 or newer',
    )
  const gpu = gpus.find(
    ({ computeCapability }) => compareVersions(computeCapability, minComputeCapability) >= 0,
  )
  if (gpu) return { gpu, problem: null }
  return failed(
    'gpu_too_old',
    `${gpus[0]!.name} has compute capability ${gpus[0]!.computeCapability}; ${minComputeCapability} is needed`,
    'serve on the CPU with --provider cpu, or use a newer GPU',
  )
}

function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number)
  const [majorB = 0, minorB = 0] = b.split('.').map(Number)
  return majorA - majorB || minorA - minorB
}
