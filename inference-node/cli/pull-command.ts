import { join } from 'node:path'
import { pullModel } from '../convert/hub/pull.ts'
import { command, UsageError } from './command-line.ts'
import { progressLine } from './progress-line.ts'

const usage = `keval-node pull <owner/name>

Downloads a checkpoint or model directory from the Hugging Face hub; run again, it goes on where it stopped.

  --revision <r>          branch, tag or commit (default main)
  --token <token>         access token of your account (default: the environment's HF_TOKEN)
  --out <directory>       where to write (default models/<name>)
  --hub <url>             address of the hub (default: the environment's HF_ENDPOINT, else https://huggingface.co)`

/** `keval-node pull` */
export const pullCommand = command(
  'pull',
  usage,
  {
    revision: { type: 'string' },
    token: { type: 'string' },
    out: { type: 'string' },
    hub: { type: 'string' },
  },
  async ([repository, ...rest], values, output) => {
    if (repository === undefined || rest.length > 0 || !/^[\w.-]+\/[\w.-]+$/.test(repository))
      throw new UsageError('one repository is needed, as owner/name')
    const text = (name: string) => (typeof values[name] === 'string' ? (values[name] as string) : undefined)
    const out = text('out') ?? join('models', repository.split('/')[1]!)
    const started = performance.now()
    const pulled = await pullModel(repository, out, {
      revision: text('revision'),
      token: text('token') ?? (process.env.HF_TOKEN || undefined),
      hub: (text('hub') ?? (process.env.HF_ENDPOINT || 'https://huggingface.co')).replace(/\/$/, ''),
      onProgress: ({ file, bytesDone, bytesTotal }) =>
        output.progress(`${progressLine(bytesDone, bytesTotal, performance.now() - started)} · ${file}`),
    })
    output.progress(null)
    output.answer(
      `${out}: ${repository} at ${pulled.revision}, ${pulled.files.length} files, ${(pulled.bytesDownloaded / 1e6).toFixed(1)} MB downloaded`,
    )
    return 0
  },
)
