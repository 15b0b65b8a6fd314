/**
 * Sentences of the API that have no code of their own, for Korean readers. Numbers and names of templates are
 * braces, filled in order. What is not here is shown as the API says it, marked as English.
 */
export const sentences: Record<string, string> = {
  'keval-mini is a small model made to show that everything works. It is not keval; do not rely on its ratings.':
    'keval-mini는 모든 것이 움직이는지 보여 주려고 만든 작은 모델입니다. keval이 아니므로 평점을 믿고 쓰지 마세요.',

  'must not be empty': '비워 둘 수 없습니다.',
  'is required': '필수 항목입니다.',
  'is required (or give turns)': '필수 항목입니다.',
  'may have at most {} characters': '{}자까지 쓸 수 있습니다.',
  'must be at most {}': '{} 이하여야 합니다.',
  'must be above {}': '{}보다 커야 합니다.',
  'must be one line': '한 줄이어야 합니다.',
  'must lie in the future': '앞으로 올 날이어야 합니다.',
  'must be lower-case letters, digits, dots and dashes': '소문자, 숫자, 점, 붙임표만 쓸 수 있습니다.',
  'must be {} when stream is true': '스트리밍에서는 {}이어야 합니다.',
  'must have exactly two turns': '대화가 두 번이어야 합니다.',
  'must be left out: simple-keval has one turn': 'simple-keval은 한 번 묻고 답한 것만 판정합니다.',
  'must be {} or left out: simple-keval has no other': 'simple-keval은 {} 템플릿만 씁니다. 자동으로 두세요.',
  'is required by the template {} (it may be empty)': '{} 템플릿에는 참고 답변이 필요합니다.',
  'is not shown by the template {}: leave it out': '{} 템플릿은 참고 답변을 쓰지 않습니다. 비워 두세요.',
  '{} needs turns with two entries': '{} 템플릿은 두 번 묻고 답한 대화를 판정합니다.',
  '{} takes question and answer, not turns': '{} 템플릿은 한 번 묻고 답한 것을 판정합니다.',
  'is not a field of this request': '이 요청에 없는 항목입니다.',
  'is not a JSON object': 'JSON 객체가 아닙니다.',
  'is not UTF-8': 'UTF-8로 쓰이지 않았습니다.',
  'must be a number from {} to {}': '{}부터 {}까지의 수여야 합니다.',
  'is none of the known forms: question and answer, pairs (Ko-Bench or a test set), or FastChat turns and choices':
    '아는 형식이 아닙니다. 질문과 답변, 쌍(Ko-Bench나 시험 문항), FastChat의 대화와 선택 가운데 하나여야 합니다.',
  'Invalid URL': '주소의 형식이 아닙니다.',
  'Too small: expected number to be >={}': '{} 이상이어야 합니다.',
  'Too small: expected number to be >{}': '{}보다 커야 합니다.',
  'Too big: expected number to be <={}': '{} 이하여야 합니다.',
  'Too small: expected string to have >={} characters': '{}자 이상이어야 합니다.',
  'Too big: expected string to have <={} characters': '{}자까지 쓸 수 있습니다.',
  'Too small: expected array to have >={} items': '{}개 이상 골라야 합니다.',
  'Invalid input: expected number, received NaN': '수를 써 주세요.',
  'Invalid input: expected int, received number': '정수를 써 주세요.',
}
