import { z } from 'zod'

/** The scope of a tuning: another device, driver, runtime or model needs a measurement of its own. */
export const TuningKey = z.strictObject({
  provider: z.enum(['cpu', 'webgpu', 'cuda']),
  /** Name of the GPU, or of the processor with the threads that it runs at once. */
  device: z.string().min(1).max(300),
  /** Version of the GPU's driver; null on the CPU. */
  driver: z.string().max(100).nullable(),
  /** Version of ONNX Runtime. */
  runtime: z.string().max(100),
  weightsDigest: z.string().regex(/^[0-9a-f]{64}$/),
})
export type TuningKey = z.infer<typeof TuningKey>

/** A setting that was tried: its rate over the rounds, in units a second. */
const Measured = z.strictObject({
  value: z.int().min(1),
  median: z.number().min(0),
  lowest: z.number().min(0),
  highest: z.number().min(0),
  /** The number of rounds that measured it. */
  rounds: z.int().min(1),
})
export type Measured = z.infer<typeof Measured>

const PrecisionSpeed = z.strictObject({
  precision: z.string().max(100),
  /** Milliseconds of all layers for one row, eight rows and a prompt of 128 tokens. */
  oneRowMs: z.number().positive(),
  eightRowsMs: z.number().positive(),
  promptMs: z.number().positive(),
})
export type PrecisionSpeed = z.infer<typeof PrecisionSpeed>

export const Tuning = z.strictObject({
  key: TuningKey,
  measuredAt: z.iso.datetime(),
  settings: z.strictObject({
    /** Prompt tokens computed between two decode steps. */
    chunkTokens: z.int().min(8).max(65_536),
    /** Most answers at once; memory may allow fewer. */
    slots: z.int().min(1).max(4096),
    /** Threads of one operator; null where the device has none to choose. */
    threads: z.int().min(1).max(4096).nullable(),
  }),
  /** Measurements by setting; a setting that was not tried has an empty list. */
  measured: z.strictObject({
    chunkTokens: z.array(Measured).max(50),
    slots: z.array(Measured).max(50),
    threads: z.array(Measured).max(50),
  }),
  /** Speeds of the precisions that this model could have on this processor; null where they were not measured. */
  precisions: z
    .strictObject({
      served: z.string().nullable(),
      fastest: z.string(),
      speeds: z.array(PrecisionSpeed).max(20),
    })
    .nullable(),
})
export type Tuning = z.infer<typeof Tuning>

export const TuningFile = z.strictObject({ version: z.literal(1), tuning: Tuning })

/** Returns whether two keys name the same device, driver, runtime and weights. */
export const isSameKey = (a: TuningKey, b: TuningKey): boolean =>
  (Object.keys(a) as (keyof TuningKey)[]).every((name) => a[name] === b[name])
