import { getLlama } from 'node-llama-cpp'
import { serveSubject, stopwatch, syntheticPrompt } from './work.ts'

// node llama.mjs MODEL.gguf [THREADS]: node-llama-cpp, eight sequences that it batches by itself
const [modelPath, threads = '2'] = process.argv.slice(2)
const llama = await getLlama({ gpu: false, build: 'never' })
const model = await llama.loadModel({ modelPath: modelPath })
const rows = 8
const context = await model.createContext({
  contextSize: 2048,
  sequences: rows,
  batchSize: 512,
  threads: Number(threads),
})
const sequences = Array.from({ length: rows }, () => context.getSequence())

async function generate(sequence, tokens, count) {
  let generated = 0
  const evaluated = sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true })
  for await (const _ of evaluated) if (++generated >= count) break
}

serveSubject({
  async run(work) {
    if (work.kind === 'prefill') {
      const [sequence] = sequences
      await sequence.clearHistory()
      const prompt = syntheticPrompt(work.tokens, work.seed, work.vocabulary)
      const watch = stopwatch()
      await generate(sequence, prompt, 1)
      return watch(work.tokens)
    }
    if (work.kind === 'decode') {
      const prompt = syntheticPrompt(work.context, work.seed, work.vocabulary)
      const used = sequences.slice(0, work.rows)
      for (const sequence of used) {
        await sequence.clearHistory()
        await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1))
      }
      const watch = stopwatch()
      await Promise.all(used.map((sequence) => generate(sequence, prompt.slice(-1), work.tokens)))
      return watch(work.rows * work.tokens)
    }
    const queue = [...work.prompts]
    for (const sequence of sequences) await sequence.clearHistory()
    const watch = stopwatch()
    await Promise.all(
      sequences.slice(0, work.atOnce).map(async (sequence) => {
        for (let prompt = queue.shift(); prompt; prompt = queue.shift()) {
          // keeps what the last prompt of this sequence shares with the next
          await sequence.adaptStateToTokens(prompt, false)
          await generate(sequence, prompt.slice(sequence.nextTokenIndex), work.tokens)
        }
      }),
    )
    return watch(work.prompts.length)
  },
})
