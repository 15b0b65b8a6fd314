import { dirname } from 'node:path'
import { AutoModelForCausalLM, BaseStreamer, env, Tensor } from '@huggingface/transformers'
import { serveSubject, stopwatch, syntheticPrompt } from './work.ts'

// node transformers.mjs DIRECTORY [THREADS]: transformers.js on the same graph (onnx/model_q4.onnx), one at a time
const [directory, threads = '2'] = process.argv.slice(2)
env.allowRemoteModels = false
env.localModelPath = `${dirname(directory)}/`
const model = await AutoModelForCausalLM.from_pretrained(directory, {
  dtype: 'q4',
  device: 'cpu',
  local_files_only: true,
  session_options: { intraOpNumThreads: Number(threads) },
})

/** Hears of every token as it is chosen; what comes first is the prompt. */
class TokenListener extends BaseStreamer {
  #onToken
  #isPrompt = true

  constructor(onToken) {
    super()
    this.#onToken = onToken
  }

  put() {
    if (this.#isPrompt) this.#isPrompt = false
    else this.#onToken()
  }

  end() {}
}

async function generate(prompt, tokens, onToken = () => {}) {
  const shape = [1, prompt.length]
  await model.generate({
    inputs: new Tensor('int64', BigInt64Array.from(prompt, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(prompt.length).fill(1n), shape),
    max_new_tokens: tokens,
    min_new_tokens: tokens,
    do_sample: false,
    streamer: new TokenListener(onToken),
  })
}

/** From the first token on: its cache cannot be filled beforehand. */
async function measureDecode(prompt, tokens) {
  let watch = null
  await generate(prompt, tokens + 1, () => {
    watch ??= stopwatch()
  })
  return watch(tokens)
}

async function measurePrefill(prompt) {
  const watch = stopwatch()
  await generate(prompt, 1)
  return watch(prompt.length)
}

serveSubject({
  async run(work) {
    if (work.kind === 'prefill')
      return measurePrefill(syntheticPrompt(work.tokens, work.seed, work.vocabulary))
    if (work.kind === 'judge') {
      const watch = stopwatch()
      for (const prompt of work.prompts) await generate(prompt, work.tokens)
      return watch(work.prompts.length)
    }
    if (work.rows > 1) throw new Error('one at a time')
    return measureDecode(syntheticPrompt(work.context, work.seed, work.vocabulary), work.tokens)
  },
})
