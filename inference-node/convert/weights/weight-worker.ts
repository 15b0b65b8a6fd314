import { openSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { runWeightJob, type WeightInputs, type WeightJob } from './weight-job.ts'

/** A request to a worker: a job, and statistics of the inputs of its matrix. */
export interface WeightRequest {
  job: WeightJob
  inputs: WeightInputs
}

/** The reply of a worker to every job. */
export type WeightReply = { bytes: number } | { error: string; code?: string }

const target = openSync((workerData as { dataFile: string }).dataFile, 'r+')
const sources = new Map<string, number>()

parentPort!.on('message', ({ job, inputs }: WeightRequest) => {
  let reply: WeightReply
  try {
    let source = sources.get(job.source.file)
    if (source === undefined) {
      source = openSync(job.source.file, 'r')
      sources.set(job.source.file, source)
    }
    reply = { bytes: runWeightJob(job, source, target, inputs) }
  } catch (error) {
    reply = { error: (error as Error).message, code: (error as NodeJS.ErrnoException).code }
  }
  parentPort!.postMessage(reply)
})
