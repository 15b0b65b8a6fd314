/**
 * The judge prompts of Ko-Bench. keval was trained on these bytes: a changed blank changes the ratings.
 * A test pins the digest of every text; a deliberate change takes a new name or version.
 */
export declare const templateNames: readonly [
  'single-v1',
  'single-math-v1',
  'single-v1-multi-turn',
  'single-math-v1-multi-turn',
]
export type TemplateName = (typeof templateNames)[number]
export interface Template {
  readonly name: TemplateName
  readonly version: number
  /** Instruction in the system message; empty means that there is no system message. */
  readonly system: string
  readonly user: string
  readonly turns: 1 | 2
  /** Whether the template shows a reference answer to the judge. */
  readonly reference: boolean
}
export declare const templates: Readonly<Record<TemplateName, Template>>
