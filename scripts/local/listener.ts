import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

interface Listener {
  pid: number
  /** Its program and the first thing it was given: `node start.ts`. */
  program: string
}

export const describeListener = ({ pid, program }: Listener) => `process ${pid} (${program})`

/** The process that listens on a port; known on Linux for processes of the same user. */
export function listenerOn(port: number): Listener | null {
  try {
    const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
    const inodes = ['tcp', 'tcp6']
      .flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n'))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(end) && state === listening)
      .map((columns) => `socket:[${columns[9]}]`)
    const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && hasFile(name, inodes))
    if (pid === undefined) return null
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 2)
    return {
      pid: Number(pid),
      program: words
        .map((word) => basename(word).slice(0, 40))
        .join(' ')
        .trim(),
    }
  } catch {
    return null
  }
}

const listening = '0A'

function hasFile(pid: string, files: readonly string[]): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => files.includes(readlinkSync(`/proc/${pid}/fd/${fd}`)))
  } catch {
    return false // another user's, or just ended
  }
}
