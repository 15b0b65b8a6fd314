/**
 * Estimates the tokens of a text without its tokenizer. `least` is what ordinary
 * text never goes below, so that a refusal for length is right; `likely` is a typical count, for
 * warnings; `most` is what a reservation has to cover.
 */
export interface TokenEstimate {
  least: number
  likely: number
  most: number
}

export function estimateTokens(text: string): TokenEstimate {
  let wide = 0
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x2ff) wide++
  const narrow = text.length - wide
  return {
    least: Math.floor(wide / 6 + narrow / 16),
    likely: Math.ceil(wide / 1.7 + narrow / 3.8),
    most: Math.ceil(wide * 1.5 + narrow / 2) + 32,
  }
}
