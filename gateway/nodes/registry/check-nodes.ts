import type { GatewayContext } from '../../http/context.ts'

/** Asks all nodes now, so that the operator sees at once whether a changed one works, and requests use it. */
export async function checkNodes(c: GatewayContext): Promise<void> {
  const { nodes, nodeHealth, models } = c.get('services')
  const all = await nodes.read()
  await Promise.all([nodeHealth.check(all), models.refresh(all)])
}
