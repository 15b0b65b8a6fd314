import { StartProblem } from './problem.ts'

const limitMs = 60_000

/** A working test key of the demo tenant, made anew at every start: keys are never kept in the clear. */
export async function demoKey(gateway: string, adminSecret: string): Promise<string> {
  const response = await fetch(`${gateway}/admin/v1/demo`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminSecret}` },
    signal: AbortSignal.timeout(limitMs),
  }).catch((error: Error) => {
    throw new StartProblem(`The demo tenant could not be made: ${error.message}`)
  })
  if (!response.ok)
    throw new StartProblem(`The demo tenant could not be made: the gateway answered ${response.status}.`)
  const { key } = (await response.json()) as { key: string }
  return key
}
