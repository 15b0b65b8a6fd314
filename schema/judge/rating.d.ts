/** Which rule found the rating; stored with the judgment. */
export type RatingRule = 'double-bracket' | 'labelled-bracket' | 'first-double-bracket' | 'first-bracket'
export interface ParsedRating {
  /** 0..10 with at most one decimal. 0 is a verdict. */
  rating: number
  rule: RatingRule
}
/**
 * Reads the rating from what the judge wrote: the last well-formed `[[n]]`, whatever label stands before
 * it; else the last `[n]` that follows a rating label on the last non-empty line (`nums[0]` in quoted code
 * is no rating). Well-formed means 0..10 with at most one decimal. Null when there is none.
 */
export declare function parseRating(text: string): ParsedRating | null
/**
 * The rule of the published `simple-keval` run, kept so that its figures can be reproduced: the first
 * `[[n]]`, else the first `[n]` anywhere. Numbers outside 0..10 count as none.
 */
export declare function parseSimpleKevalRating(text: string): ParsedRating | null
/** The explanation is what stands before the rating, without the label of the rating line. */
export declare function explanationOf(text: string): string
