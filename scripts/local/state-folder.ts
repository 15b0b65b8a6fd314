import { readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Control } from './control.ts'
import { createFolder } from './create-folder.ts'
import { describeListener, listenerOn } from './listener.ts'
import { StartProblem } from './problem.ts'
import { writeWhole } from './write-whole.ts'

export interface StateOwner {
  /** The process that has the folder. */
  pid: number
  /** The port of its gateway. */
  port: number
  /** Control address for snapshots, once the process serves. */
  control?: Control
}

export interface ClaimedState {
  /** Records the port of the gateway, for a start that finds the folder in use. */
  servedOn(port: number, control?: Control): void
  giveBack(): void
}

const bookName = 'in-use.json'

/** Locked for the lifetime of this process. */
let lock: DatabaseSync | undefined

/**
 * Claims a state folder until this process ends, however it ends: two gateways on the same data would each take
 * themselves for the only one. The lock is the system's, so none is left behind by a process that was killed, and
 * one that hangs still has it.
 */
export async function claimState(state: string): Promise<ClaimedState> {
  const book = join(state, bookName)
  try {
    createFolder(state)
    lock = new DatabaseSync(join(state, 'in-use.lock'))
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    const isBusy = (error as { errcode?: number }).errcode === 5
    throw isBusy ? new StartProblem(inUse(state, readOwner(state))) : unusable(state, error)
  }
  const left = readOwner(state)
  if (left !== null && (await answers(left.port))) {
    const holder = listenerOn(left.port)
    const [by, how] =
      holder === null ? ['', ''] : [` by ${describeListener(holder)}`, ` (kill -9 ${holder.pid})`]
    throw new StartProblem(
      `An earlier start on ${state} was killed, and the port ${left.port} of its gateway is still taken${by}: end that${how}, or delete ${book} if it is another program.`,
    )
  }
  return {
    servedOn: (port, control) => {
      try {
        writeWhole(
          book,
          JSON.stringify({ pid: process.pid, port, ...(control && { control }) } satisfies StateOwner),
        )
      } catch (error) {
        throw unusable(state, error)
      }
    },
    giveBack: () => rmSync(book, { force: true }),
  }
}

const unusable = (state: string, error: unknown) =>
  new StartProblem(`The state folder ${state} cannot be used: ${(error as Error).message}`)

function inUse(state: string, use: StateOwner | null): string {
  const who = use === null ? 'another process' : `process ${use.pid} (gateway on port ${use.port})`
  const end = use === null ? 'Stop it' : `Stop it (kill ${use.pid}; if it hangs, kill -9 ${use.pid})`
  return `The state folder ${state} is in use by ${who}. ${end}, or set KEVAL_STATE to another folder.`
}

/** Path of the file that names the process using a state folder. */
export function readOwner(state: string): StateOwner | null {
  try {
    const { pid, port, control } = JSON.parse(readFileSync(join(state, bookName), 'utf8')) as StateOwner
    return Number.isInteger(pid) && Number.isInteger(port) ? { pid, port, ...(control && { control }) } : null
  } catch {
    return null // unused, or being written
  }
}

/** Returns whether anything takes connections on a port here; the system does that also for a process that hangs. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}
