import { koreanDay } from '../../platform/korean-day.ts'
import type { WithoutRun } from '../../usage/usage-store.ts'
import type { JudgeCommand } from '../command.ts'
import type { JudgeOutcome, StreamStart } from './outcome.ts'
import { type RunDependencies, runJudgment } from './run-judgment.ts'
import { flightStream } from './run-stream.ts'
import { Flight } from './shared-run.ts'

type JudgmentFlight = Flight<string, JudgeOutcome>

/** The judgments being made for one tenant: requests for the same one share a single run. */
export class Flights {
  readonly #dependencies: RunDependencies
  readonly #running = new Map<string, JudgmentFlight>()

  constructor(dependencies: RunDependencies) {
    this.#dependencies = dependencies
  }

  async judge(command: JudgeCommand): Promise<JudgeOutcome> {
    const known = this.#known(command)
    if (known !== null) return known
    const { flight, joined } = this.#flight(command, false)
    return asJoined(await flight.wait(), joined)
  }

  /** The same as a stream. It begins when there is something to show, so that what fails before that is an error. */
  async stream(command: JudgeCommand): Promise<StreamStart<JudgeOutcome>> {
    const known = this.#known(command)
    if (known !== null) return known
    const { flight, joined } = this.#flight(command, true)
    const events = flightStream(flight)
    await flight.begun
    if (flight.hasItems) return { events }
    return asJoined(await flight.outcome, joined)
  }

  /** What needs no run: a stored judgment, or the news that there is none. */
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
    const detail = 'No stored judgment answers this, and the request asked for nothing else.'
    return { failure: { code: 'not_cached', detail, source: 'gateway' } }
  }

  #flight(command: JudgeCommand, streaming: boolean): { flight: JudgmentFlight; joined: boolean } {
    const { fingerprint, reuse } = command
    const running = this.#running.get(fingerprint)
    if (running !== undefined && reuse.store && !running.givenUp) {
      this.#count(command, 'joined')
      return { flight: running, joined: true }
    }

    const flight: JudgmentFlight = new Flight((controls) =>
      runJudgment(this.#dependencies, command, controls, streaming),
    )
    // a judgment that must not be kept is nobody else's either
    if (reuse.store) {
      this.#running.set(fingerprint, flight)
      const land = () => {
        if (this.#running.get(fingerprint) === flight) this.#running.delete(fingerprint)
      }
      flight.outcome.then(land, land)
    }
    return { flight, joined: false }
  }

  #count({ keyId, request }: JudgeCommand, how: WithoutRun): void {
    const { usage, now } = this.#dependencies
    usage.recordWithoutRun({ day: koreanDay(now()), keyId, model: request.model }, how, 1)
  }
}

function asJoined(outcome: JudgeOutcome, joined: boolean): JudgeOutcome {
  return joined && 'judgment' in outcome ? { judgment: outcome.judgment, source: 'joined' } : outcome
}
