import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { isGgufPath } from '../convert/checkpoint/open-checkpoint.ts'
import { type ConvertOptions, convertCheckpoint } from '../convert/convert.ts'
import { addsEightBitsExactly } from '../convert/integer-probe.ts'
import type { BlockSize, ConversionTarget, OutputPrecision } from '../convert/precision.ts'
import { cudaFolder, findCudaLibraries } from '../devices/cuda-libraries.ts'
import { machineSources, readDeviceReport } from '../devices/device-report.ts'
import { diagnose } from '../devices/diagnosis.ts'
import { ModelError } from '../model/model-error.ts'
import { choice, command, count, UsageError } from './command-line.ts'
import { progressLine } from './progress-line.ts'

const usage = `keval-node convert <checkpoint> --out <directory>

Converts a Hugging Face checkpoint (Llama, Mistral, Qwen 2 and 3, Gemma 2 and 3; safetensors) or a GGUF file of one into
a model directory.

  --out <directory>       where to write; must not exist
  --precision <p>         int8 (default for cpu), int4 (default else), fp16, bf16, and fp32 except
                          for cuda, whose attention has no kernel for it
  --block <n>             weights that share a scale: row (default for int8 on the cpu), mixed (default for int4), 32
                          (default else), 64, 128
  --row-bits <n>          bits of weights by row: 7, which serve on any processor, 8, or auto (default): 8 where this
                          processor adds their products exactly
  --for <device>          cpu, webgpu, cuda (default: cuda where the machine has a usable GPU, else cpu)
  --activations <a>       how activations meet quantized weights: int8 (default for cpu) or full (default else)
  --tokenizer <directory> for a GGUF file: where the model's tokenizer.json is
  --context <n>           longest context to serve (default 8192)
  --name <name>           name to serve the model under (default: the checkpoint directory's)
  --threads <n>           worker threads (default: all cores)`

/** ONNX Runtime's attention on CUDA has kernels for float16 and bfloat16 alone. */
const cudaPrecisions: OutputPrecision[] = ['int8', 'int4', 'fp16', 'bf16']

/** The device that this machine should serve on, and the lines that say which and why. */
function chooseTarget(): { target: ConversionTarget; notes: string[] } {
  const libraries = findCudaLibraries(cudaFolder())
  const { gpu, why, problems } = diagnose(readDeviceReport(machineSources()), libraries)
  if (!gpu) {
    return { target: 'cpu', notes: [`converting for the cpu: ${why} (--for chooses)`] }
  }
  return {
    target: 'cuda',
    notes: [
      `converting for cuda: ${gpu.name} is usable (--for chooses)`,
      ...problems.map(({ message, remedy }) => `before serving it: ${message}; ${remedy}`),
    ],
  }
}

/** `keval-node convert` */
export const convertCommand = command(
  'convert',
  usage,
  {
    out: { type: 'string' },
    precision: { type: 'string' },
    block: { type: 'string' },
    'row-bits': { type: 'string' },
    for: { type: 'string' },
    activations: { type: 'string' },
    context: { type: 'string' },
    name: { type: 'string' },
    tokenizer: { type: 'string' },
    threads: { type: 'string' },
  },
  async ([source, ...rest], values, output) => {
    if (source === undefined || rest.length > 0) throw new UsageError('one checkpoint directory is needed')
    if (typeof values.out !== 'string') throw new UsageError('--out is needed')
    const isGguf = isGgufPath(source)
    if (!isGguf && values.tokenizer !== undefined) throw new UsageError('--tokenizer is for a GGUF file')
    if (!isGguf && existsSync(source) && !existsSync(join(source, 'tokenizer.json')))
      throw new ModelError(`${source} has no tokenizer.json: the converted model could not be served`)
    const started = performance.now()
    let stageShown = ''
    let stageStarted = started
    const { target, notes } =
      values.for === undefined
        ? chooseTarget()
        : { target: choice(values, 'for', ['cpu', 'webgpu', 'cuda'], 'cpu'), notes: [] }
    const onCpu = target === 'cpu'
    const precision = choice(
      values,
      'precision',
      target === 'cuda' ? cudaPrecisions : [...cudaPrecisions, 'fp32'],
      onCpu ? 'int8' : 'int4',
    )
    const activations = choice(values, 'activations', ['int8', 'full'], onCpu ? 'int8' : 'full')
    const byRow = onCpu && precision === 'int8' && activations === 'int8'
    const block = choice(
      values,
      'block',
      [...(byRow ? (['row'] as const) : []), 'mixed', '32', '64', '128'],
      byRow ? 'row' : precision === 'int4' ? 'mixed' : '32',
    )
    const given = choice(values, 'row-bits', ['auto', '7', '8'], 'auto')
    if (given !== 'auto' && block !== 'row') throw new UsageError('--row-bits is for --block row')
    const wide = given === 'auto' ? block === 'row' && (await addsEightBitsExactly()) : given === '8'
    const options: ConvertOptions = {
      precision,
      blockSize: block === 'mixed' || block === 'row' ? block : (Number(block) as BlockSize),
      rowBits: wide ? 8 : 7,
      target,
      activations,
      contextLength: count(values, 'context', 8192),
      name: typeof values.name === 'string' ? values.name : undefined,
      tokenizer: typeof values.tokenizer === 'string' ? values.tokenizer : undefined,
      threads: count(values, 'threads', availableParallelism()),
      onProgress({ stage, bytesDone, bytesTotal }) {
        if (stage !== stageShown) stageStarted = performance.now()
        stageShown = stage
        output.progress(`${stage} ${progressLine(bytesDone, bytesTotal, performance.now() - stageStarted)}`)
      },
    }
    for (const note of notes) output.note(note)
    const conversion = await convertCheckpoint(source, values.out, options)
    output.progress(null)
    const inHalf = precision === 'fp16' || (target === 'webgpu' && precision !== 'fp32')
    if (conversion.source.architecture.startsWith('Gemma') && inHalf) {
      output.note(
        'activations of Gemma may overflow in float16: run keval-node certify on the device before serving, or convert with --for cuda, in bfloat16 (--precision int4, int8 or bf16)',
      )
    }
    const bytes = conversion.weightFiles.reduce((sum, file) => sum + file.bytes, 0)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    output.answer(
      `${values.out}: ${conversion.source.architecture} in ${conversion.precision}, ${(bytes / 1e6).toFixed(1)} MB, ${seconds} s`,
    )
    return 0
  },
)
