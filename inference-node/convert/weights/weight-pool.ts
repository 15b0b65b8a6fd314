import { Worker } from 'node:worker_threads'
import { ModelError } from '../../model/model-error.ts'
import type { WeightInputs, WeightJob } from './weight-job.ts'
import type { WeightReply, WeightRequest } from './weight-worker.ts'

/**
 * Runs all jobs in worker threads, each writing its part of the data file.
 *
 * @param toInputs the input statistics of a job's matrix
 * @param onBytes told how many bytes of the checkpoint each finished job has read
 * @throws ModelError of the first job that fails; the others are stopped
 */
export async function runWeightJobs(
  jobs: readonly WeightJob[],
  dataFile: string,
  threads: number,
  toInputs: (job: WeightJob) => WeightInputs,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const workers = Array.from(
    { length: Math.min(threads, jobs.length) },
    () => new Worker(new URL('./weight-worker.ts', import.meta.url), { workerData: { dataFile } }),
  )
  let next = 0
  const drain = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const take = () => {
        const job = jobs[next++]
        if (!job) {
          resolve()
          return
        }
        const request: WeightRequest = { job, inputs: toInputs(job) }
        worker.postMessage(request)
      }
      worker.on('error', reject)
      worker.on('message', (reply: WeightReply) => {
        if ('error' in reply) {
          next = jobs.length
          reject(new ModelError(reply.code === 'ENOSPC' ? `no space left to write ${dataFile}` : reply.error))
          return
        }
        onBytes(reply.bytes)
        take()
      })
      take()
    })
  try {
    await Promise.all(workers.map(drain))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}
