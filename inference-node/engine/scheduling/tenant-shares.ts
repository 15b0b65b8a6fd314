/**
 * Tokens served to each tenant with requests here, so that the one served least comes next. A tenant that
 * arrives starts level with the least served of the others: it neither waits for what they got before nor saves
 * up turns while away.
 */
export class TenantShares {
  readonly #served = new Map<string, number>()
  readonly #present = new Map<string, number>()

  get served(): ReadonlyMap<string, number> {
    return this.#served
  }

  add(tenant: string, sequences: number): void {
    const present = this.#present.get(tenant) ?? 0
    const others = [...this.#served.values()]
    if (present === 0) this.#served.set(tenant, others.length > 0 ? Math.min(...others) : 0)
    this.#present.set(tenant, present + sequences)
  }

  charge(tenant: string, tokens: number): void {
    this.#served.set(tenant, (this.#served.get(tenant) ?? 0) + tokens)
  }

  remove(tenant: string): void {
    const present = (this.#present.get(tenant) ?? 0) - 1
    if (present > 0) {
      this.#present.set(tenant, present)
      return
    }
    this.#present.delete(tenant)
    this.#served.delete(tenant)
  }
}
