/** Every option of `keval`, declared once: what parses it, completes it and names its value in the help. */
const declared = {
  // everywhere
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  language: { type: 'string', value: 'en|ko' },
  // signing in
  url: { type: 'string', value: 'URL' },
  'key-stdin': { type: 'boolean' },
  // one judgment
  question: { type: 'string', value: 'TEXT' },
  answer: { type: 'string', value: 'TEXT' },
  reference: { type: 'string', value: 'TEXT' },
  // evaluations
  model: { type: 'string', value: 'JUDGE' },
  name: { type: 'string', value: 'NAME' },
  protocol: { type: 'string', value: 'ko-bench|simple-keval' },
  template: { type: 'string', value: 'TEMPLATE' },
  repeats: { type: 'string', value: 'N' },
  summary: { type: 'string', value: 'mean|median|trimmed_mean|expected' },
  temperature: { type: 'string', value: 'T' },
  seed: { type: 'string', value: 'N' },
  'max-tokens': { type: 'string', value: 'N' },
  charset: { type: 'string', value: 'utf-8|cp949' },
  notify: { type: 'string', value: 'mail' },
  'on-weights-change': { type: 'string', value: 'pause|continue' },
  preview: { type: 'boolean' },
  wait: { type: 'boolean' },
  dataset: { type: 'string', value: 'NAME' },
  version: { type: 'string', value: 'N' },
  'all-versions': { type: 'boolean' },
  tags: { type: 'string', value: 'TAGS' },
  tag: { type: 'string', value: 'TAG' },
  'baseline-for': { type: 'string', value: 'TAGS' },
  search: { type: 'string', value: 'TEXT' },
  sort: { type: 'string', value: 'newest|oldest|name' },
  limit: { type: 'string', value: 'N' },
  // audits
  answers: { type: 'string', value: 'FILE' },
  'sample-size': { type: 'string', value: 'N' },
  probes: { type: 'string', value: 'NAMES' },
  baseline: { type: 'string', value: 'ID|TAG' },
  yes: { type: 'boolean', short: 'y' },
  'no-wait': { type: 'boolean' },
  // results
  format: { type: 'string', value: 'text|markdown|html|jsonl|csv' },
  bom: { type: 'boolean' },
  texts: { type: 'boolean' },
  'answering-model': { type: 'string', value: 'MODEL' },
  'with-model': { type: 'string', value: 'MODEL' },
  // continuous integration
  'fail-under': { type: 'string', value: 'RATING' },
  'fail-on-regression': { type: 'boolean' },
  alpha: { type: 'string', value: 'P' },
  junit: { type: 'string', value: 'FILE' },
  'github-summary': { type: 'boolean' },
  // answers of a target
  target: { type: 'string', value: 'URL' },
  'target-model': { type: 'string', value: 'MODEL' },
  'target-key-env': { type: 'string', value: 'VARIABLE' },
  questions: { type: 'string', value: 'FILE|ko-bench|logickor' },
  references: { type: 'string', value: 'FILE' },
  'max-questions': { type: 'string', value: 'N' },
  out: { type: 'string', value: 'FILE' },
  system: { type: 'string', value: 'TEXT' },
  'target-temperature': { type: 'string', value: 'T|mt-bench|none' },
  'target-max-tokens': { type: 'string', value: 'N|none' },
  'target-seed': { type: 'string', value: 'N' },
  stop: { type: 'string', value: 'TEXT', multiple: true },
  'extra-body': { type: 'string', value: 'JSON' },
  samples: { type: 'string', value: 'N' },
  concurrency: { type: 'string', value: 'N' },
  timeout: { type: 'string', value: 'SECONDS' },
  'no-stream': { type: 'boolean' },
  retries: { type: 'string', value: 'N' },
  'judge-reasoning': { type: 'boolean' },
  empty: { type: 'string', value: 'refuse|judge|skip' },
  judge: { type: 'string', value: 'JUDGE' },
  report: { type: 'string', value: 'FILE' },
} as const satisfies Record<string, OptionDeclaration>

export interface OptionDeclaration {
  type: 'string' | 'boolean'
  short?: string
  multiple?: boolean
  /** The value as the help shows it; alternatives complete in the shell. */
  value?: string
}

export type OptionName = keyof typeof declared
export const options: Record<OptionName, OptionDeclaration> = declared

/** Options that every command takes. */
export const commonOptions: readonly OptionName[] = ['json', 'language', 'help']

export const ciOptions: readonly OptionName[] = ['fail-under', 'junit', 'github-summary']
