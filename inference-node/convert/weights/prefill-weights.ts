import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import type { LayerRole, Matrix, MatrixPart, WeightFormats, Weights } from './weight-plan.ts'
import { WeightPlan } from './weight-plan.ts'

/**
 * The weights of the graph that reads prompts: matrices of its own, rounded by row, in a file of their own; all else is
 * what the decoder's graph asked for, in its file.
 */
export class PrefillWeights implements Weights {
  readonly formats: WeightFormats
  readonly inputs: Uint8Array[] = []
  /** The matrices. */
  readonly own: WeightPlan
  readonly #decoder: WeightPlan
  readonly #shared: Uint8Array[] = []

  /** @param location name of the data file of the matrices */
  constructor(checkpoint: Checkpoint, decoder: WeightPlan, location: string) {
    this.formats = { ...decoder.formats, attention: 'rows', gateAndUp: 'rows', down: 'rows' }
    this.own = new WeightPlan(checkpoint, this.formats, location)
    this.#decoder = decoder
  }

  get initializers(): Uint8Array[] {
    return [...this.own.initializers, ...this.#shared]
  }

  matrix(name: string, parts: readonly MatrixPart[], columns: number, role: LayerRole): Matrix {
    return this.own.matrix(name, parts, columns, role)
  }

  vocabularyMatrix(part: MatrixPart, columns: number): Matrix {
    const matrix = this.#decoder.vocabularyMatrix(part, columns)
    this.#share(matrix.kind === 'dense' ? matrix.name : matrix.scales)
    return matrix
  }

  flatIntegers(matrix: Matrix & { kind: 'blocks' }): string {
    return this.#share(`${matrix.integers}.flat`)
  }

  vector(tensor: string): string {
    return this.#share(tensor)
  }

  table(name: string): string {
    return this.#share(name)
  }

  #share(name: string): string {
    this.#shared.push(this.#decoder.declaration(name))
    return name
  }
}
