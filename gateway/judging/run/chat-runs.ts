import type { NodeChunk } from '../../nodes/client/chat-wire.ts'
import { MicroBatch } from '../../platform/micro-batch.ts'
import type { EndedRun } from '../../usage/usage-store.ts'
import type { ChatOutcome, StreamStart } from './outcome.ts'
import { type ChatCommand, runChat } from './run-chat.ts'
import type { RunDependencies } from './run-judgment.ts'
import { startStream } from './run-stream.ts'
import { type RunControls, SharedRun } from './shared-run.ts'

/** The chat completions in flight of one tenant. Those that end at about the same time are counted together. */
export class ChatRuns {
  readonly #dependencies: RunDependencies
  readonly #ended: MicroBatch<EndedRun>
  #inFlight = 0

  constructor(dependencies: RunDependencies) {
    this.#dependencies = dependencies
    const { transaction, usage } = dependencies
    this.#ended = new MicroBatch({
      write: (ended) => transaction(() => usage.recordRuns(ended)),
      inFlight: () => this.#inFlight,
    })
  }

  complete(command: ChatCommand): Promise<ChatOutcome> {
    return this.#run(command, null)
  }

  /** Returns a stream once it has a chunk or takes long; a failure before that is the outcome itself. */
  stream(command: ChatCommand): Promise<StreamStart<ChatOutcome>> {
    const run = new SharedRun<NodeChunk, ChatOutcome>((controls) => this.#run(command, controls))
    return startStream(run)
  }

  async #run(command: ChatCommand, controls: RunControls<NodeChunk> | null): Promise<ChatOutcome> {
    this.#inFlight += 1
    try {
      return await runChat(this.#dependencies, command, controls, (ended) => this.#ended.add(ended))
    } finally {
      this.#inFlight -= 1
    }
  }
}
