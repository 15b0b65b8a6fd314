import { dirname } from 'node:path'
import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers'
import { madeUpPrompt, serveSubject } from './work.ts'

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
  const startedAt = performance.now()
  await model.generate({
    inputs: new Tensor('int64', BigInt64Array.from(prompt, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(prompt.length).fill(1n), shape),
    max_new_tokens: tokens,
    min_new_tokens: tokens,
    do_sample: false,
  })
  return (performance.now() - startedAt) / 1000
}

serveSubject({
  async run(work) {
    if (work.kind === 'prefill')
      return { seconds: await generate(madeUpPrompt(work.tokens, work.seed), 1), units: work.tokens }
    if (work.kind === 'judge') {
      let seconds = 0
      for (const prompt of work.prompts) seconds += await generate(prompt, work.tokens)
      return { seconds, units: work.prompts.length }
    }
    if (work.rows > 1) throw new Error('one at a time')
    const prompt = madeUpPrompt(work.context, work.seed)
    const alone = await generate(prompt, 1)
    return { seconds: (await generate(prompt, work.tokens + 1)) - alone, units: work.tokens }
  },
})
