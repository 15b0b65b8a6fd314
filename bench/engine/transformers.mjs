import { dirname } from 'node:path'
import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers'
import { madeUpPrompt, serveSubject, stopwatch } from './work.ts'

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

async function generate(prompt, tokens) {
  const shape = [1, prompt.length]
  await model.generate({
    inputs: new Tensor('int64', BigInt64Array.from(prompt, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(prompt.length).fill(1n), shape),
    max_new_tokens: tokens,
    min_new_tokens: tokens,
    do_sample: false,
  })
}

async function measure(prompt, tokens, units) {
  const watch = stopwatch()
  await generate(prompt, tokens)
  return watch(units)
}

serveSubject({
  async run(work) {
    if (work.kind === 'prefill')
      return measure(madeUpPrompt(work.tokens, work.seed, work.vocabulary), 1, work.tokens)
    if (work.kind === 'judge') {
      const watch = stopwatch()
      for (const prompt of work.prompts) await generate(prompt, work.tokens)
      return watch(work.prompts.length)
    }
    if (work.rows > 1) throw new Error('one at a time')
    // its cache cannot be filled beforehand: what the prompt takes is measured and taken off
    const prompt = madeUpPrompt(work.context, work.seed, work.vocabulary)
    const alone = await measure(prompt, 1, 0)
    const all = await measure(prompt, work.tokens + 1, work.tokens)
    return {
      seconds: all.seconds - alone.seconds,
      cpuSeconds: all.cpuSeconds - alone.cpuSeconds,
      units: work.tokens,
    }
  },
})
