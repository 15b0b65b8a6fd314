import { availableParallelism } from 'node:os'
import { choice, command, count, UsageError } from './command-line.ts'
import { type ConvertOptions, convertCheckpoint } from './convert.ts'
import type { BlockSize } from './precision.ts'
import { progressLine } from './progress.ts'

const usage = `keval-node convert <checkpoint> --out <directory>

Converts a Hugging Face checkpoint (LlamaForCausalLM, Gemma2ForCausalLM; safetensors) into a model directory.

  --out <directory>       where to write; must not exist
  --precision <p>         int4 (default), int8, fp16, fp32
  --block <n>             weights that share a scale: mixed (default for int4), 32 (default for int8), 64, 128
  --for <device>          cpu (default), webgpu, cuda
  --activations <a>       how activations meet quantized weights: int8 (default for cpu) or full (default else)
  --prefill <w>           weights that read prompts: int8, a second set that reads twice as fast (default for int4 on the
                          cpu), or same
  --context <n>           longest context to serve (default 8192)
  --name <name>           name to serve the model under (default: the checkpoint directory's)
  --threads <n>           worker threads (default: all cores)`

/** `keval-node convert` */
export const convertCommand = command(
  'convert',
  usage,
  {
    out: { type: 'string' },
    precision: { type: 'string' },
    block: { type: 'string' },
    for: { type: 'string' },
    activations: { type: 'string' },
    prefill: { type: 'string' },
    context: { type: 'string' },
    name: { type: 'string' },
    threads: { type: 'string' },
  },
  async ([source, ...rest], values, output) => {
    if (source === undefined || rest.length > 0) throw new UsageError('one checkpoint directory is needed')
    if (typeof values.out !== 'string') throw new UsageError('--out is needed')
    const started = performance.now()
    let stageShown = ''
    let stageStarted = started
    const target = choice(values, 'for', ['cpu', 'webgpu', 'cuda'], 'cpu')
    const precision = choice(values, 'precision', ['int4', 'int8', 'fp16', 'fp32'], 'int4')
    const block = choice(values, 'block', ['mixed', '32', '64', '128'], precision === 'int4' ? 'mixed' : '32')
    const prefill = choice(
      values,
      'prefill',
      target === 'cpu' && precision !== 'fp16' ? ['int8', 'same'] : ['same'],
      target === 'cpu' && precision === 'int4' ? 'int8' : 'same',
    )
    const options: ConvertOptions = {
      precision,
      blockSize: block === 'mixed' ? block : (Number(block) as BlockSize),
      target,
      activations: choice(values, 'activations', ['int8', 'full'], target === 'cpu' ? 'int8' : 'full'),
      prefill,
      contextLength: count(values, 'context', 8192),
      name: typeof values.name === 'string' ? values.name : undefined,
      threads: count(values, 'threads', availableParallelism()),
      onProgress({ stage, bytesDone, bytesTotal }) {
        if (stage !== stageShown) stageStarted = performance.now()
        stageShown = stage
        output.progress(`${stage} ${progressLine(bytesDone, bytesTotal, performance.now() - stageStarted)}`)
      },
    }
    const conversion = await convertCheckpoint(source, values.out, options)
    output.progress(null)
    const bytes = conversion.weightFiles.reduce((sum, file) => sum + file.bytes, 0)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    output.answer(
      `${values.out}: ${conversion.source.architecture} in ${conversion.precision}, ${(bytes / 1e6).toFixed(1)} MB, ${seconds} s`,
    )
    return 0
  },
)
