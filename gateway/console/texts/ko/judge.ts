export const judge = {
  ratingLabel: (rating: number | null) => (rating === null ? '평점 없음' : `평점 ${rating}점 (10점 만점)`),
  verdicts: { rated: '평점 있음', no_rating: '평점 없음', truncated: '끊긴 출력' },
}
