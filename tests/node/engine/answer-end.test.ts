import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { tinyModel } from './fixtures.ts'
import { type Answer, asking, startEngine, stopEngines } from './running-engine.ts'

let modelDirectory: string
beforeAll(async () => {
  modelDirectory = await tinyModel('int8', 'tiny-llama', 'row')
})
afterEach(stopEngines)

describe('an answer ends', () => {
  it("at the end of the template's turn, also where generation_config.json names only the end of text", async () => {
    const answers: Answer[][] = []
    for (const eos_token_id of [[508, 511], 508]) {
      const directory = await tinyModel('int8', 'tiny-llama', 'row')
      writeFileSync(join(directory, 'generation_config.json'), JSON.stringify({ eos_token_id }))
      for (const name of ['config.json', 'genai_config.json'])
        writeFileSync(
          join(directory, name),
          readFileSync(join(directory, name), 'utf8').replace(
            /"eos_token_id": ?(\d+|\[[^\]]*\])/,
            '"eos_token_id": 508',
          ),
        )
      const { submit } = await startEngine({ modelDirectory: directory })
      answers.push(await submit({ ...asking('끝'), samples: 16, maxTokens: 300, seed: 3 }))
    }
    expect(answers[0]!.some(({ reason }) => reason === 'stop')).toBe(true)
    expect(answers[1]).toEqual(answers[0])
  })
})

describe('bounds', () => {
  it('refuse a prompt that leaves no room, naming the limit', async () => {
    const { submit } = await startEngine({ modelDirectory, slotTokens: 100 })
    const failing = (content: string) => submit({ messages: [{ role: 'user', content }] })
    await expect(failing('가나다라 '.repeat(60))).rejects.toMatchObject({
      failure: { code: 'context_length_exceeded', params: { limit: 100 } },
    })
    await expect(failing('가'.repeat(2000))).rejects.toMatchObject({
      failure: { params: { characters: 2000 } },
    })
  })

  it('end an answer where the slot ends', async () => {
    const { submit } = await startEngine({ modelDirectory, slotTokens: 70 })
    const lengths = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((seed) =>
        submit({ messages: [{ role: 'user', content: '짧게' }], maxTokens: null, seed }),
      ),
    )
    const full = lengths.map(([answer]) => answer!).filter(({ reason }) => reason === 'length')
    expect(full.length).toBeGreaterThan(0)
    expect(new Set(full.map(({ tokens }) => tokens)).size).toBe(1)
  })

  it('keep a stop string and what follows out of text and log-probabilities', async () => {
    const { submit } = await startEngine({ modelDirectory })
    const request = { ...asking('멈춤'), seed: 3, maxTokens: 60 }
    const [whole] = await submit(request)
    const stop = [...whole!.text].slice(6, 9).join('')
    const [cut] = await submit({ ...request, stops: [stop] })
    expect(cut!.text).toBe(whole!.text.slice(0, whole!.text.indexOf(stop)))
    expect(cut!.reason).toBe('stop')
    expect(whole!.logprobs.slice(0, cut!.logprobs.length)).toEqual(cut!.logprobs)
    expect(cut!.logprobs.length).toBeLessThan(whole!.logprobs.length)
  })
})
