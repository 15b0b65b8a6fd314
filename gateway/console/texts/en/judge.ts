import type { Texts } from '../texts.ts'

export const judge: Texts['judge'] = {
  ratingLabel: (rating) => (rating === null ? 'No rating' : `Rated ${rating} of 10`),
  verdicts: { rated: 'Rated', no_rating: 'No rating', truncated: 'Cut off' },
}
