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

  'The bearer token is not an API key, or was mistyped.': '보낸 값이 API 키가 아니거나 잘못 옮겨 적혔습니다.',
  'Too many attempts. Try again later.': '시도가 너무 많습니다. 나중에 다시 해 주세요.',
  'There is no such thing.': '그런 것이 없습니다.',
  'There is no such tenant.': '그런 테넌트가 없습니다.',
  'There is no such mail.': '그런 메일이 없습니다.',
  'There is no such key.': '그런 키가 없습니다.',
  'There is no such judgment.': '그런 판정이 없습니다.',
  'The prompt of this judgment was given with its request and was not kept: it cannot be replayed.':
    '이 판정의 프롬프트는 요청과 함께 받은 것으로 남아 있지 않아 다시 판정할 수 없습니다.',
  'There is no such application.': '그런 신청이 없습니다.',
  'There is no evaluation with this id.': '이 번호의 평가가 없습니다.',
  'The key is revoked, expired or replaced already.': '키가 이미 폐기되었거나 만료되었거나 교체되었습니다.',
  'The personal data was destroyed.': '개인정보가 이미 파기되었습니다.',
  'Somebody else changed the application at the same moment. Read it again.':
    '다른 사람이 같은 때에 이 신청을 바꾸었습니다. 다시 읽어 주세요.',
  'The node could not be reached.': '노드에 닿을 수 없습니다.',
  'No node answers at the moment.': '지금 답하는 노드가 없습니다.',
  'No node that serves this model is up and has room.':
    '이 모델을 맡은 노드 가운데 자리가 있는 노드가 없습니다.',
  'The database does not answer; try again shortly.':
    '데이터베이스가 답하지 않습니다. 잠시 뒤 다시 해 주세요.',
  'The storage of the tenant is being restarted. Nothing was stored.':
    '테넌트의 저장소가 다시 시작되는 중입니다. 저장된 것은 없습니다.',

  'GET /v{}/models could not connect': 'GET /v{}/models에 연결할 수 없습니다.',
  'GET /v{}/models took over {} s': 'GET /v{}/models에 {}초 넘게 답하지 않습니다.',
  'GET /v{}/models answered {}': 'GET /v{}/models에 {}(으)로 답했습니다.',
  'GET /v{}/models answered too much, or text that is not UTF-8':
    'GET /v{}/models에 너무 크거나 UTF-8이 아닌 답이 왔습니다.',
  'GET /v{}/models did not answer a list of models': 'GET /v{}/models의 답이 모델 목록이 아닙니다.',
  'GET /health could not connect': 'GET /health에 연결할 수 없습니다.',
  'GET /health took over {} s': 'GET /health에 {}초 넘게 답하지 않습니다.',
  'GET /health answered {}': 'GET /health에 {}(으)로 답했습니다.',

  'Not finished: {} judgments are still to be made.': '아직 끝나지 않았습니다. 판정 {}건이 남았습니다.',
  '{} judgments were given up and stand in no table; "failures" names the rows.':
    '판정 {}건은 실패해 어느 표에도 없습니다. 실패한 행이 따로 적혀 있습니다.',
  '{} judgments have no rating. They count as wrong in diff score and accuracy and are left out of means; none is counted as {}.':
    '판정 {}건에 평점이 없습니다. 차이 점수와 정확도에서는 틀린 것으로 세고 평균에서는 뺐으며, {}점으로 센 것은 없습니다.',
  'Too few rows to rank: {} of at least {}. Read the intervals, not the order.':
    '순위를 매기기에는 행이 적습니다({}행, 적어도 {}행 필요). 순서가 아니라 구간을 읽으세요.',
  "{} rows equal inputs of keval's published test set: a judge may have seen them.":
    '{}행이 keval의 공개 시험 문항과 같습니다. 심판이 이미 본 문항일 수 있습니다.',
  '{} rows ask questions of Ko-Bench, which are public: a model may have been trained on them.':
    '{}행이 공개된 Ko-Bench의 질문입니다. 모델이 학습한 문항일 수 있습니다.',
  '{} answers are in another script than their question and were not rated {} as the judge prompts demand. Translations are a good reason; look at them.':
    '답변 {}건은 질문과 다른 문자로 쓰였는데도 심판 프롬프트의 규칙대로 {}점을 받지 않았습니다. 번역이라면 괜찮으니 살펴보세요.',
  'Intervals take the row as the unit: repeats of a row do not make them narrower.':
    '구간은 행을 단위로 구했습니다. 같은 행을 여러 번 판정해도 좁아지지 않습니다.',
  'simple-keval: one template for every row, first turn only, first bracket in the text read as the rating.':
    'simple-keval: 모든 행에 한 템플릿을 쓰고, 첫 대화만 보며, 글에서 처음 나온 괄호를 평점으로 읽습니다.',
  'The two evaluations have no rated row in common: rows are matched by id.':
    '두 평가에 함께 있는 평점이 없습니다. 행은 id로 맞춥니다.',
  'Too few rows to rank: {} in common, of at least {}.':
    '순위를 매기기에는 함께 있는 행이 적습니다({}행, 적어도 {}행 필요).',
  'The two evaluations do not ask the same questions.': '두 평가의 질문이 서로 다릅니다.',
  'The two evaluations follow different protocols.': '두 평가의 방식이 서로 다릅니다.',
}
