import { cudaFolder, findCudaLibraries, runtimeVersion } from '../devices/cuda-libraries.ts'
import { installLibraries, uninstallLibraries } from '../devices/install/install-libraries.ts'
import { indexUrl } from '../devices/install/package-index.ts'
import { ModelError } from '../model/model-error.ts'
import { command, UsageError } from './command-line.ts'
import { progressLine } from './progress-line.ts'

const usage = `keval-node devices install cuda [options]
keval-node devices uninstall cuda [--dir <directory>]
keval-node devices list [--dir <directory>]

Installs what ONNX Runtime ${runtimeVersion} needs to compute with CUDA: 0.8 GB of wheels from a Python package index, each
with a pinned SHA-256. An interrupted download goes on where it ended.

  --from <directory>  take the wheels from this directory and download nothing
  --index <url>       package index (default: PIP_INDEX_URL, else the public one)
  --dir <directory>   where the libraries go (default: KEVAL_CUDA_DIR, else ~/.cache/keval-node/cuda/${runtimeVersion});
                      set KEVAL_CUDA_DIR to the same for serve`

/** `keval-node devices` */
export const devicesCommand = command(
  'devices',
  usage,
  { from: { type: 'string' }, index: { type: 'string' }, dir: { type: 'string' } },
  async ([action, device, ...rest], values, output) => {
    const given = (name: string) => (typeof values[name] === 'string' ? String(values[name]) : undefined)
    const folder = given('dir') ?? cudaFolder()
    if (action === 'list' && device === undefined) {
      const found = findCudaLibraries(folder)
      output.answer(`cuda ${runtimeVersion}: ${found.state} in ${folder}`)
      if (found.state === 'damaged') output.answer(`  ${found.problem}`)
      if (found.state === 'installed')
        for (const { project, version } of found.wheels) output.answer(`  ${project} ${version}`)
      return found.state === 'damaged' ? 1 : 0
    }
    if (device !== 'cuda' || rest.length > 0) throw new UsageError('the device is cuda')
    if (action === 'uninstall') {
      output.answer(uninstallLibraries(folder) ? `${folder} is removed` : `there is nothing in ${folder}`)
      return 0
    }
    if (action !== 'install') throw new UsageError('install, uninstall and list are possible')
    if (process.platform !== 'linux' || process.arch !== 'x64')
      throw new ModelError(
        `the CUDA libraries are for linux-x64, not for ${process.platform}-${process.arch}`,
      )
    const started = performance.now()
    const isNew = await installLibraries({
      folder,
      index: indexUrl(given('index')),
      from: given('from'),
      onProgress: (done, total) => output.progress(progressLine(done, total, performance.now() - started)),
    })
    output.progress(null)
    output.answer(isNew ? `the CUDA libraries are in ${folder}` : `${folder} has them already`)
    return 0
  },
)
