/** What a flight hands to the run behind it. */
export interface FlightControls<Item> {
  /** Aborted when everyone who waited has left. */
  signal: AbortSignal
  onItem: (item: Item) => void
}

export interface Passenger<Item, Outcome> {
  onItem(item: Item): void
  onOutcome(outcome: Outcome): void
}

/** One run, and all who wait for it: what it gives piece by piece, and how it ends. */
export class Flight<Item, Outcome> {
  /** Settles with the outcome; rejects only when something went wrong that nobody expected. */
  readonly outcome: Promise<Outcome>
  /** Settles when the first item has come or the flight has ended without any. */
  readonly begun: Promise<void>
  readonly #controller = new AbortController()
  readonly #passengers = new Set<Passenger<Item, Outcome>>()
  readonly #items: Item[] = []
  #waiting = 0

  constructor(run: (controls: FlightControls<Item>) => Promise<Outcome>) {
    let begin = () => {}
    this.begun = new Promise((resolve) => {
      begin = resolve
    })
    const onItem = (item: Item) => {
      this.#items.push(item)
      for (const passenger of this.#passengers) passenger.onItem(item)
      begin()
    }
    this.outcome = run({ signal: this.#controller.signal, onItem })
    this.outcome.then(begin, begin)
  }

  /** Everyone has left: the run is being ended, and nobody may join any more. */
  get givenUp(): boolean {
    return this.#controller.signal.aborted
  }

  get hasItems(): boolean {
    return this.#items.length > 0
  }

  /** Waits to the end, whatever happens. */
  wait(): Promise<Outcome> {
    this.#waiting += 1
    return this.outcome
  }

  /** Waits to the end or until leaving. The items so far come first, then what follows. */
  board(passenger: Passenger<Item, Outcome>): { leave: () => void } {
    this.#waiting += 1
    let aboard = true
    for (const item of this.#items) passenger.onItem(item)
    this.#passengers.add(passenger)
    this.outcome.then(
      (outcome) => aboard && passenger.onOutcome(outcome),
      () => {},
    )
    return {
      leave: () => {
        if (!aboard) return
        aboard = false
        this.#passengers.delete(passenger)
        this.#waiting -= 1
        if (this.#waiting === 0) this.#controller.abort()
      },
    }
  }
}
