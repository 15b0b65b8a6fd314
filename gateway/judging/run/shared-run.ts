/** The handle a run gets: when to stop, and where its items go. */
export interface RunControls<Item> {
  /** Aborted when the last subscriber has left; undefined for a run that is never stopped. */
  signal: AbortSignal | undefined
  onItem: (item: Item) => void
}

export interface Subscriber<Item, Outcome> {
  onItem(item: Item): void
  onOutcome(outcome: Outcome): void
}

/** One run that several requests share: it relays items and the outcome to all subscribers. */
export class SharedRun<Item, Outcome> {
  /** Settles with the outcome; rejects on unexpected errors only. */
  readonly outcome: Promise<Outcome>
  /** Settles with the first item, or at the end of a run without items. */
  readonly begun: Promise<void>
  readonly #controller: AbortController | undefined
  readonly #subscribers = new Set<Subscriber<Item, Outcome>>()
  readonly #items: Item[] = []
  #waiting = 0

  /** `isWaitedFor`: the run begins for a request that waits for its outcome, whoever else comes and leaves. */
  constructor(run: (controls: RunControls<Item>) => Promise<Outcome>, { isWaitedFor = false } = {}) {
    this.#controller = isWaitedFor ? undefined : new AbortController()
    const { promise, resolve: begin } = Promise.withResolvers<void>()
    this.begun = promise
    const onItem = (item: Item) => {
      this.#items.push(item)
      for (const subscriber of this.#subscribers) subscriber.onItem(item)
      begin()
    }
    this.outcome = run({ signal: this.#controller?.signal, onItem })
    this.outcome.then(
      () => begin(),
      () => begin(),
    )
  }

  /** True if the run is being stopped; it takes no further subscribers then. */
  get aborted(): boolean {
    return this.#controller?.signal.aborted ?? false
  }

  get hasItems(): boolean {
    return this.#items.length > 0
  }

  /** Waits for the outcome and keeps the run alive until then. */
  wait(): Promise<Outcome> {
    this.#waiting += 1
    return this.outcome
  }

  /** Delivers the items so far, then every further one and the outcome. Returns how to unsubscribe. */
  subscribe(subscriber: Subscriber<Item, Outcome>): () => void {
    this.#waiting += 1
    let subscribed = true
    for (const item of this.#items) subscriber.onItem(item)
    this.#subscribers.add(subscriber)
    this.outcome.then(
      (outcome) => subscribed && subscriber.onOutcome(outcome),
      () => {},
    )
    return () => {
      if (!subscribed) return
      subscribed = false
      this.#subscribers.delete(subscriber)
      this.#waiting -= 1
      if (this.#waiting === 0) this.#controller?.abort()
    }
  }
}
