import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ChatCompletion } from '../../../schema/api/chat-completion.ts'
import { tinyModel } from '../engine/fixtures.ts'
import { chat, readHealth, startNode } from './fixtures.ts'

/** A Vulkan driver in software, as Debian's chromium-common brings it; anything better is found without help. */
const software = '/usr/lib/chromium'
const driver = `${software}/vk_swiftshader_icd.json`

it.skipIf(!existsSync(driver))('WebGPU gives the greedy text of the CPU', { timeout: 240_000 }, async () => {
  const model = await tinyModel('fp32')
  const text = async (provider: string) => {
    const env = { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: software }
    const node = await startNode(['--model', model, '--provider', provider], env)
    const report = await readHealth(node)
    expect(report).toMatchObject({ provider, runtime: 'io-binding' })
    const messages = [{ role: 'user', content: '대한민국의 수도는 어디인가요? '.repeat(4) }]
    const response = await chat(node, { model: 'tiny-llama', messages, temperature: 0, max_tokens: 16 })
    const reply = ChatCompletion.parse(await response.json())
    await node.stop()
    return reply.choices[0]!.message.content
  }
  expect(await text('webgpu')).toBe(await text('cpu'))
})
