/** Source: FastChat, llm_judge/common.py, `temperature_config`. */
const temperatures: ReadonlyMap<string, number> = new Map([
  ['writing', 0.7],
  ['roleplay', 0.7],
  ['extraction', 0],
  ['math', 0],
  ['coding', 0],
  ['reasoning', 0],
  ['stem', 0.1],
  ['humanities', 0.1],
  ['arena-hard-200', 0],
])
const otherTemperature = 0.7

/** MT-bench's temperature of a category; the English name in brackets counts, as in LogicKor's `수학(Math)`. */
export function getCategoryTemperature(category: string | null): number {
  const name = (category ?? '').normalize('NFC').toLowerCase().trim()
  const bracketed = /\(([^()]+)\)$/.exec(name)?.[1]
  return temperatures.get(name) ?? temperatures.get(bracketed ?? '') ?? otherTemperature
}
