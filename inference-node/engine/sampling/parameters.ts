/** Sampling parameters; the neutral values are temperature 1, top-p 1, top-k 0, min-p 0, penalty 1. */
export interface SamplingParameters {
  /** 0 takes the most likely token. */
  temperature: number
  topP: number
  /** 0 keeps all tokens. */
  topK: number
  /** Keeps tokens at least this many times as likely as the most likely one. */
  minP: number
  /** Above 1 makes tokens of the prompt and the answer less likely. */
  repetitionPenalty: number
}
