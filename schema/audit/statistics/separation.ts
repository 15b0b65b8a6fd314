const z = 1.959963984540054

/**
 * The smallest difference of two mean ratings over the same `rows` that is more than the judge's noise at 95%:
 * `z sigma sqrt(2 / (rows repeats))`, with the deviation sigma of repeats of one row.
 */
export const smallestDifference = (withinDeviation: number, rows: number, repeats = 1): number =>
  z * withinDeviation * Math.sqrt(2 / (rows * repeats))

/** Repeats per row that make `difference` points over `rows` rows exceed the judge's noise. */
export const repeatsToSeparate = (withinDeviation: number, rows: number, difference: number): number =>
  Math.max(1, Math.ceil((2 * (z * withinDeviation) ** 2) / (rows * difference ** 2)))

/** Half the width of the 95% band in which repeats of one rating lie. */
export const ratingBand = (withinDeviation: number): number => z * withinDeviation * Math.SQRT2
