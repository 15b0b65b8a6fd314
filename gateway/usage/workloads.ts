/** The work that one tenant's object has before it. */
export interface Workload {
  /** Runs that wait for a slot of their plan. */
  runsWaiting: number
  /** Evaluations and batches that run. */
  jobsRunning: number
  /** Their items that are not settled yet. */
  itemsPending: number
}

/** The workloads of all tenant objects of an isolate. Numbers only: it is shared by all requests. */
export class Workloads {
  readonly #byObject = new Map<string, Workload>()

  /** Takes what an object reports; the rest of its workload stays. */
  report(objectId: string, change: Partial<Workload>): void {
    const workload = { ...(this.#byObject.get(objectId) ?? nothing), ...change }
    if (Object.values(workload).some((value) => value > 0)) this.#byObject.set(objectId, workload)
    else this.#byObject.delete(objectId)
  }

  sum(): Workload {
    const sum = { ...nothing }
    for (const workload of this.#byObject.values())
      for (const name of Object.keys(sum) as (keyof Workload)[]) sum[name] += workload[name]
    return sum
  }
}

const nothing: Workload = { runsWaiting: 0, jobsRunning: 0, itemsPending: 0 }

/** On one machine a single isolate has all objects, and this is the whole service's. */
export const sharedWorkloads = new Workloads()
