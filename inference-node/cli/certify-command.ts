import { certify } from '../certify/certify.ts'
import { toDeviceEnvironment } from '../engine/process/survey-model.ts'
import { openModelDirectory } from '../model/directory.ts'
import { choice, command, index, UsageError } from './command-line.ts'

const usage = `keval-node certify <directory>

Checks a model on the device that is to serve it, through the runtime that serves, and writes certificate.json; exit code
1 when a check fails. A certificate holds for its device.

  --provider <provider>   auto (default: what serve would take), cpu, webgpu, cuda
  --device <number>       GPU among those that CUDA_VISIBLE_DEVICES shows (default 0)`

/** `keval-node certify` */
export const certifyCommand = command(
  'certify',
  usage,
  { provider: { type: 'string' }, device: { type: 'string' } },
  async ([path, ...rest], values, output) => {
    if (path === undefined || rest.length > 0) throw new UsageError('one model directory is needed')
    const provider = choice(values, 'provider', ['auto', 'cpu', 'webgpu', 'cuda'], 'auto')
    Object.assign(process.env, toDeviceEnvironment(index(values, 'device')))
    const certificate = await certify(await openModelDirectory(path), { provider })
    for (const { name, passed, detail } of certificate.checks)
      output.answer(`${passed ? 'passed' : 'FAILED'}  ${name}: ${detail}`)
    for (const reason of certificate.notChecked) output.answer(`        not checked: ${reason}`)
    output.answer(
      `${certificate.passed ? 'passed' : 'FAILED'}  ${path} on ${certificate.device} by ${certificate.provider}`,
    )
    return certificate.passed ? 0 : 1
  },
)
