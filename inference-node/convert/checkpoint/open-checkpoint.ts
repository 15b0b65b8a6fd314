import type { Checkpoint } from './checkpoint.ts'
import { openGguf } from './gguf/gguf-checkpoint.ts'
import { openHuggingFaceFolder } from './hugging-face-folder.ts'

export const isGgufPath = (path: string) => path.endsWith('.gguf')

/**
 * Opens a Hugging Face model directory, or a GGUF file with a tokenizer beside it.
 *
 * @param tokenizer the folder of tokenizer.json, for a GGUF file
 * @throws ModelError naming what is missing, damaged or not supported
 */
export const openCheckpoint = (path: string, tokenizer?: string): Promise<Checkpoint> =>
  isGgufPath(path) ? openGguf(path, tokenizer) : openHuggingFaceFolder(path)
