import { logUnexpected } from './unexpected.ts'

/**
 * Runs pieces of work one after the other. One that fails is logged and stops none of the others. Returns the
 * names of those that failed.
 */
export async function runIsolated(about: string, work: Record<string, () => unknown>): Promise<string[]> {
  const failed: string[] = []
  for (const [name, run] of Object.entries(work)) {
    try {
      await run()
    } catch (error) {
      logUnexpected(error, { work: `${about}: ${name}` })
      failed.push(name)
    }
  }
  return failed
}
