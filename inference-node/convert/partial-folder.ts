import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ModelError } from '../model/model-error.ts'

/** A folder that is filled next to its target and renamed to it at the end. */
export interface PartialFolder {
  path: string
  /** Gives it the name of the target. */
  publish(): Promise<void>
  /** Removes it with its contents, if it is still there. */
  remove(): void
}

/** Holds the id of the process that fills the folder. */
const ownerName = '.converting-process'
/** A folder without an owner is being claimed this very moment, unless it is older. */
const claimMs = 10_000

/**
 * Makes the partial folder of a target. One that a killed process left behind is removed first; a signal that ends this
 * process removes the new one.
 *
 * @throws ModelError when another process fills it
 */
export async function claimPartialFolder(target: string): Promise<PartialFolder> {
  const path = `${target}.partial`
  await mkdir(dirname(target), { recursive: true })
  await claim(path, target)
  const remove = () => {
    for (const signal of signals) process.off(signal, end)
    rmSync(path, { recursive: true, force: true })
  }
  const end = (signal: NodeJS.Signals) => {
    remove()
    process.kill(process.pid, signal) // no listener is left, so the signal has its usual effect
  }
  for (const signal of signals) process.on(signal, end)
  return {
    path,
    remove,
    async publish() {
      rmSync(join(path, ownerName))
      await rename(path, target)
      remove()
    },
  }
}

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

async function claim(path: string, target: string): Promise<void> {
  for (;;)
    try {
      await mkdir(path)
      writeFileSync(join(path, ownerName), `${process.pid}\n`)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const owner = findOwner(path)
      if (owner !== null)
        throw new ModelError(
          `${target} is being converted by process ${owner}; wait until it has ended, or remove ${path} if it is of something else`,
        )
      rmSync(path, { recursive: true, force: true })
    }
}

/** The process that fills a folder; null when it has ended. */
function findOwner(path: string): string | null {
  let owner: string
  try {
    owner = readFileSync(join(path, ownerName), 'utf8').trim()
  } catch {
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    return age < claimMs ? 'of unknown id' : null
  }
  try {
    process.kill(Number(owner), 0)
    return owner
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? owner : null
  }
}
