import {
  cudaFolder,
  findCudaLibraries,
  type InstalledLibraries,
  runtimeVersion,
} from '../devices/cuda-libraries.ts'
import { type DeviceReport, machineSources, readDeviceReport } from '../devices/device-report.ts'
import { type Diagnosis, diagnose } from '../devices/diagnosis.ts'
import { toTuningKey } from '../engine/process/survey-model.ts'
import { summarizeTuning } from '../engine/tuning/describe-tuning.ts'
import { readTunings, tuningFolders } from '../engine/tuning/tuning-file.ts'
import { type TuningStatus, toTuningStatus } from '../engine/tuning/tuning-status.ts'
import { type ModelDirectory, openModelDirectory } from '../model/directory.ts'
import { command, UsageError } from './command-line.ts'

const usage = `keval-node doctor [options]

Shows what this machine computes with, what the node would choose, and how to mend what is wrong.

  --model <directory>  also say what would serve this model
  --json               print one JSON object

Exit code: 0 all is well, 1 the node works but slower than the machine could, 2 wrong usage.`

/** `keval-node doctor` */
export const doctorCommand = command(
  'doctor',
  usage,
  { model: { type: 'string' }, json: { type: 'boolean' } },
  async (positionals, values, output) => {
    if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not an option`)
    const report = readDeviceReport(machineSources())
    const libraries = findCudaLibraries(cudaFolder())
    const directory = typeof values.model === 'string' ? await openModelDirectory(values.model) : null
    const model = directory && { path: directory.path, forCpu: directory.conversion?.target === 'cpu' }
    const diagnosis = diagnose(report, libraries, model)
    const tuning = directory && (await readTuning(directory, report, diagnosis))
    const all = {
      runtime: `onnxruntime ${runtimeVersion}`,
      ...report,
      libraries,
      choice: diagnosis,
      model,
      tuning,
    }
    if (values.json) output.answer(JSON.stringify(all))
    else
      for (const line of describe(report, libraries, diagnosis, tuning && toLine(tuning, directory!.path)))
        output.answer(line)
    return diagnosis.problems.length > 0 ? 1 : 0
  },
)

/** Describes the measurement of the model on the device that would be chosen. */
async function readTuning(
  directory: ModelDirectory,
  report: DeviceReport,
  diagnosis: Diagnosis,
): Promise<TuningStatus> {
  const digest = directory.conversion?.weightsDigest ?? (await directory.weightsDigest())
  const tunings = await readTunings(tuningFolders(directory.path, digest))
  return toTuningStatus(tunings, toTuningKey({ report, diagnosis }, diagnosis.provider, digest))
}

function toLine({ tuning, state, problem }: TuningStatus, path: string): string {
  if (tuning) return summarizeTuning(tuning)
  return `${problem ?? 'none'}${state === 'missing' ? '' : ', so it is not used'}: keval-node tune ${path}`
}

function describe(
  report: DeviceReport,
  libraries: InstalledLibraries,
  diagnosis: Diagnosis,
  tuning: string | null,
): string[] {
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
  const driver = report.cudaVersion
    ? `${report.driverVersion ?? 'of unknown version'}, CUDA ${report.cudaVersion}`
    : 'none'
  return [
    `platform   ${report.platform}, onnxruntime ${runtimeVersion}`,
    `driver     ${driver}`,
    ...report.gpus.map(
      ({ index, name, totalBytes, freeBytes, computeCapability }) =>
        `GPU ${index}      ${name}, ${gigabytes(totalBytes)}${freeBytes === null ? '' : `, ${gigabytes(freeBytes)} free`}, compute capability ${computeCapability}`,
    ),
    `libraries  ${libraries.state} in ${libraries.folder}`,
    ...(libraries.state === 'installed'
      ? libraries.wheels.map(({ project, version }) => `           ${project} ${version}`)
      : []),
    `choice     ${diagnosis.provider}: ${diagnosis.why}`,
    ...(tuning === null ? [] : [`tuning     ${tuning}`]),
    ...(diagnosis.provider === 'cuda'
      ? [
          'note       no release of this node was run on a CUDA device yet: certify the model before judging with it',
        ]
      : []),
    ...diagnosis.problems.flatMap(({ message, remedy }) => [`problem    ${message}`, `           ${remedy}`]),
  ]
}
