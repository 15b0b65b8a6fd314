import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadTokenizer } from '../../model/tokenizer.ts'
import { calibrationTexts } from './calibration-texts.ts'

/** Maximum tokens of each text that are used: every token of it runs through the whole checkpoint. */
const maxTokens = 1024

/**
 * Texts, in the model's own tokens, on which conversion watches the inputs of each matrix; nothing for a model without a
 * tokenizer. See docs/QUANTIZATION.md for what they buy.
 *
 * @param extent `short` shows which inputs are large; how inputs vary together takes `thorough`
 */
export async function calibrationPrompts(
  directory: string,
  vocabularySize: number,
  contextLength: number,
  extent: 'short' | 'thorough',
): Promise<number[][]> {
  if (!existsSync(join(directory, 'tokenizer.json'))) return []
  const tokenizer = await loadTokenizer(directory, vocabularySize)
  return (extent === 'short' ? calibrationTexts.slice(0, 1) : calibrationTexts)
    .map((text) => tokenizer.encode(text).slice(0, Math.min(maxTokens, contextLength)))
    .filter((tokens) => tokens.length > 0)
}
