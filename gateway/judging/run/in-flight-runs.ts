import { reason } from '../../../schema/api/errors.ts'
import { koreanDay } from '../../platform/korean-day.ts'
import { MicroBatch } from '../../platform/micro-batch.ts'
import type { RepeatKind } from '../../usage/usage-store.ts'
import type { JudgeCommand } from '../command.ts'
import { type MadeJudgment, type RecordJudgment, recordJudgments } from '../store/record-judgments.ts'
import type { JudgeOutcome, StreamStart } from './outcome.ts'
import { type RunDependencies, runJudgment } from './run-judgment.ts'
import { startStream } from './run-stream.ts'
import { SharedRun } from './shared-run.ts'

type JudgmentRun = SharedRun<string, JudgeOutcome>

/** The judgments in flight of one tenant. Requests with the same fingerprint share one run. */
export class InFlightRuns {
  readonly #dependencies: RunDependencies
  readonly #running = new Map<string, JudgmentRun>()
  readonly #records: MicroBatch<MadeJudgment>
  readonly #record: RecordJudgment = (made) => this.#records.add(made)
  #inFlight = 0

  constructor(dependencies: RunDependencies) {
    this.#dependencies = dependencies
    this.#records = new MicroBatch({
      write: (made) => dependencies.transaction(() => recordJudgments(dependencies, made)),
      inFlight: () => this.#inFlight,
    })
  }

  /** `record` writes the judgment that the command's own run makes. */
  async judge(command: JudgeCommand, record = this.#record): Promise<JudgeOutcome> {
    const known = this.#known(command)
    if (known !== null) return known
    const { run, joined } = this.#startOrJoin(command, false, record)
    return asJoined(await run.wait(), joined)
  }

  /** Returns a stream once it has text or takes long; a failure before that is the outcome itself. */
  async stream(command: JudgeCommand): Promise<StreamStart<JudgeOutcome>> {
    const known = this.#known(command)
    if (known !== null) return known
    const { run, joined } = this.#startOrJoin(command, true, this.#record)
    const start = await startStream(run)
    return 'events' in start ? start : asJoined(start, joined)
  }

  /** Answers without a run: with a stored judgment, or with `not_cached` where nothing else is wanted. */
  #known(command: JudgeCommand): JudgeOutcome | null {
    const { fingerprint, reuse } = command
    if (reuse.read) {
      const since = reuse.maxAge === null ? 0 : this.#dependencies.now() - reuse.maxAge * 1000
      const judgment = this.#dependencies.store.findRated(fingerprint, since)
      if (judgment !== null) {
        this.#count(command, 'cachedStored')
        return { judgment, source: 'stored' }
      }
    }
    if (!reuse.onlyIfCached) return null
    return { failure: { code: 'not_cached', ...reason('not_cached'), source: 'gateway' } }
  }

  #startOrJoin(
    command: JudgeCommand,
    streaming: boolean,
    record: RecordJudgment,
  ): { run: JudgmentRun; joined: boolean } {
    const { fingerprint, reuse } = command
    const running = this.#running.get(fingerprint)
    if (running !== undefined && reuse.store && !running.aborted) {
      this.#count(command, 'joined')
      return { run: running, joined: true }
    }

    const run: JudgmentRun = new SharedRun(
      (controls) => runJudgment(this.#dependencies, command, controls, streaming, record),
      { isWaitedFor: !streaming },
    )
    this.#inFlight += 1
    // a judgment with no-store is not shared
    if (reuse.store) this.#running.set(fingerprint, run)
    const finish = () => {
      this.#inFlight -= 1
      if (this.#running.get(fingerprint) === run) this.#running.delete(fingerprint)
    }
    run.outcome.then(finish, finish)
    return { run, joined: false }
  }

  #count({ keyId, request }: JudgeCommand, how: RepeatKind): void {
    const { usage, now } = this.#dependencies
    usage.recordRepeats({ day: koreanDay(now()), keyId, model: request.model }, how, 1)
  }
}

function asJoined(outcome: JudgeOutcome, joined: boolean): JudgeOutcome {
  return joined && 'judgment' in outcome ? { judgment: outcome.judgment, source: 'joined' } : outcome
}
