/**
 * The model card's two tables over the 22 published test items, with 95% intervals: percentile bootstrap of
 * the per-item scores (1, 0.5 or 0), 40,000 resamples.
 */
export const modelCard = [
  {
    model: 'keval-2-9b',
    wrong: 0,
    score: 0.614,
    scoreInterval: [0.432, 0.795],
    differences: [11, 5, 2, 3, 0, 0, 1],
    accuracy: 0.5,
    accuracyInterval: [0.273, 0.727],
    right: [1, 1, 2, 0, 2, 0, 0, 1, 1, 1, 2],
  },
  {
    model: 'keval-2-3b',
    wrong: 0,
    score: 0.591,
    scoreInterval: [0.409, 0.773],
    differences: [10, 6, 4, 2, 0, 0, 0],
    accuracy: 0.455,
    accuracyInterval: [0.273, 0.682],
    right: [2, 1, 0, 0, 2, 1, 0, 1, 1, 0, 2],
  },
  {
    model: 'keval-2-1b',
    wrong: 0,
    score: 0.432,
    scoreInterval: [0.25, 0.636],
    differences: [8, 3, 5, 2, 1, 1, 2],
    accuracy: 0.364,
    accuracyInterval: [0.182, 0.591],
    right: [0, 1, 2, 0, 1, 0, 1, 0, 0, 1, 2],
  },
] as const

/** The differences that occurred; nothing was off by 5, 7, 8 or 9. */
export const differencePoints = [0, 1, 2, 3, 4, 6, 10] as const
