import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Measured } from './load.ts'
import type { Job } from './load-process.ts'
import type { Server } from './servers.ts'

/** A kind of request to a server. */
export interface Subject extends Omit<Job, 'round' | 'connections' | 'seconds'> {
  server: Server
}

/** A measured load, with the server's processor time for each request in milliseconds. */
export type MeasuredServer = Measured & { cpu: number }

/** Loads servers from a process of its own; every run sends bodies that no other run sends. */
export function startGenerator() {
  const generator = fork(join(import.meta.dirname, 'load-process.ts'))
  let round = 0
  const load = (job: Job) =>
    new Promise<Measured>((resolve) => {
      generator.once('message', (result) => resolve(result as Measured))
      generator.send(job)
    })
  return {
    async run({ server, ...job }: Subject, connections: number, seconds: number): Promise<MeasuredServer> {
      const before = readCpu(server.pid)
      const measured = await load({ ...job, connections, seconds, round: round++ })
      return { ...measured, cpu: (readCpu(server.pid) - before) / measured.requests }
    },
    stop: () => generator.kill(),
  }
}

/** Processor time of a process so far, all threads, in milliseconds. */
function readCpu(pid: number | undefined): number {
  if (pid === undefined) return Number.NaN
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
  // user and system time, in ticks of 10 ms
  return (Number(fields[11]) + Number(fields[12])) * 10
}
