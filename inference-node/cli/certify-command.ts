import { certify } from '../convert/certify/certify.ts'
import { openModelDirectory } from '../model/directory.ts'
import { choice, command, UsageError } from './command-line.ts'

const usage = `keval-node certify <directory>

Runs the golden prompts and checks of a model directory and writes certificate.json; exit code 1 when one fails.

  --ep <provider>         cpu (default), webgpu, cuda`

/** `keval-node certify` */
export const certifyCommand = command(
  'certify',
  usage,
  { ep: { type: 'string' } },
  async ([path, ...rest], values, output) => {
    if (path === undefined || rest.length > 0) throw new UsageError('one model directory is needed')
    const provider = choice(values, 'ep', ['cpu', 'webgpu', 'cuda'], 'cpu')
    const certificate = await certify(await openModelDirectory(path), provider)
    for (const { name, passed, detail } of certificate.checks)
      output.answer(`${passed ? 'passed' : 'FAILED'}  ${name}: ${detail}`)
    for (const reason of certificate.notChecked) output.answer(`        not checked: ${reason}`)
    output.answer(`${certificate.passed ? 'passed' : 'FAILED'}  ${path} on ${provider}`)
    return certificate.passed ? 0 : 1
  },
)
