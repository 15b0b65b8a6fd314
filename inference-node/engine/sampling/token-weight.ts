import { exponentialBelow, stepsPerUnit } from './exponential.ts'

/**
 * The weight of the best token. Weights are whole numbers, and the sum over a vocabulary stays below 2^53, so that
 * sums are exact: they depend neither on their order nor on which part of a vocabulary was seen.
 */
export const bestWeight = 2 ** 34

/** Vocabularies beyond this would make sums inexact. */
export const maxVocabulary = 2 ** 53 / bestWeight

/** Tokens this many units of scaled logit below the best are never drawn: each is 4e-11 times as likely. */
export const negligible = 24

/** The tokens of a row that may be drawn, with their probabilities: the same for the whole row and for its best tokens. */
export class TokenWeights {
  /** Tokens with a smaller logit are never drawn. */
  readonly least: number
  readonly #best: number
  readonly #scale: number
  readonly #maxSteps: number

  /** @param best the largest logit of the row */
  constructor(best: number, temperature: number, minP: number) {
    const reach = minP > 0 ? Math.min(negligible, -Math.log(minP)) : negligible
    // logits of -Infinity stay below it, however high the temperature is
    this.least = Math.max(-Number.MAX_VALUE, best - reach * temperature)
    this.#best = best
    this.#scale = Math.min(Number.MAX_VALUE, stepsPerUnit / temperature)
    this.#maxSteps = reach * stepsPerUnit // rounding lets a hair more past `least`
  }

  /** Distance of a logit to the best, in steps of the exponential; at least `least`. */
  toSteps(logit: number): number {
    return Math.min(this.#maxSteps, (this.#best - logit) * this.#scale)
  }
}

/** The weight of a token by its steps: a whole number from 1 to {@link bestWeight}. */
export function toWeight(steps: number): number {
  // adding 2^52 leaves no place for a fraction: faster than Math.round
  return bestWeight * exponentialBelow(steps) + roundingShift - roundingShift
}

const roundingShift = 2 ** 52

/** The weight that a draw must exceed: a whole number of weights is kept, and a product may round up to it. */
export const toTarget = (random: number, keptWeight: number): number =>
  Math.min(random * keptWeight, keptWeight - 1)
