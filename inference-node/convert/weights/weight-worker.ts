import { openSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { InputFactors } from './column-groups.ts'
import { runWeightJob, type WeightJob } from './weight-job.ts'

/** What a worker is asked: a job, and how the inputs of its matrix vary. */
export interface WeightRequest {
  job: WeightJob
  factors?: InputFactors
}

/** What a worker answers to every job. */
export type WeightReply = { bytes: number } | { error: string; code?: string }

const target = openSync((workerData as { dataFile: string }).dataFile, 'r+')
const sources = new Map<string, number>()

parentPort!.on('message', ({ job, factors }: WeightRequest) => {
  let reply: WeightReply
  try {
    let source = sources.get(job.source.file)
    if (source === undefined) {
      source = openSync(job.source.file, 'r')
      sources.set(job.source.file, source)
    }
    reply = { bytes: runWeightJob(job, source, target, factors) }
  } catch (error) {
    reply = { error: (error as Error).message, code: (error as NodeJS.ErrnoException).code }
  }
  parentPort!.postMessage(reply)
})
