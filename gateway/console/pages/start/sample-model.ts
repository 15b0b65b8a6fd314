import type { ConsoleContext } from '../../view.ts'
import { modelCard } from './model-card.ts'

/** A page is not kept waiting for nodes that do not answer. */
const timeoutMs = 500

/** A name is a node's own word, and the sample is pasted into a shell. */
const pasteable = /^[\w.:/@-]+$/

const [best] = modelCard
const preferred = [...modelCard.map(({ model }): string => model), 'keval-mini']

/**
 * The model that sample calls name, so that they work as they are pasted: one that a node serves now, the keval
 * models first; the largest of them while no node answers.
 */
export async function sampleModel(c: ConsoleContext): Promise<string> {
  const listed = c.get('services').models.list()
  // a later page uses the answer that this one did not wait for
  c.executionCtx.waitUntil(listed)
  const served = await Promise.race([listed, scheduler.wait(timeoutMs).then(() => [])])
  const ids = served.map(({ id }) => id).filter((id) => pasteable.test(id))
  return preferred.find((id) => ids.includes(id)) ?? ids.sort()[0] ?? best.model
}
