/** Fields of evaluations, their reports and comparisons, and of batches. */
export const evaluationFields: Record<string, string> = {
  '`simple-keval` judges as for the published leaderboard: first turns, one template':
    '`simple-keval`은 공개 순위표처럼 첫 차례만 한 템플릿으로 판정합니다',
  'Left out, each judgment has one that follows from its request': '빼면 판정마다 그 요청에서 정해집니다',
  'The id of the last evaluation of the page before': '앞 쪽 마지막 평가의 id',
  'The form of the rows': '행의 형식',
  'To be made, repeats included': '만들 판정의 수. 반복도 셉니다',
  'Rows by how many turns they have': '대화 차례 수마다 행의 수',
  'Rows with a label': '라벨이 있는 행',
  'Rows with a reference': '참고 답변이 있는 행',
  'Rows whose reference none of their templates shows': '참고 답변을 어느 템플릿도 보여 주지 않는 행',
  'Rows by category; of more than 500 names the rest is `(others)`':
    '분야마다 행의 수. 이름이 500개를 넘으면 나머지는 `(others)`',
  'Rows by answering model; of more than 500 names the rest is `(others)`':
    '답한 모델마다 행의 수. 이름이 500개를 넘으면 나머지는 `(others)`',
  'Judgments of one repeat by template': '템플릿마다 판정의 수. 반복은 한 번만 셉니다',
  'Rows that equal published questions or test inputs: a judge or a model may have seen them':
    '공개된 질문이나 시험 문항과 같은 행. 심판이나 모델이 이미 보았을 수 있습니다',
  'Of all judgments; what was judged before costs none': '모든 판정의 토큰. 이미 판정한 것은 들지 않습니다',
  '`receiving`: its file is being read; `paused`: it waits for `resume` or `cancel`':
    '`receiving`: 파일을 읽는 중, `paused`: `resume` 또는 `cancel`을 기다리는 중',
  'Not judged yet': '아직 판정하지 않은 것',
  'At the rate so far; null when it does not run or nothing is judged yet':
    '지금까지의 속도로. 진행 중이 아니거나 아직 판정이 없으면 null',
  'When a judgment came last, or the work began or went on':
    '마지막 판정이 나온 때, 또는 시작하거나 이어서 한 때',
  'SHA-256 of the uploaded bytes': '올린 바이트의 SHA-256',
  'What was understood of the file': '파일을 이해한 내용',
  'Of the row: its own, or its number': '행의 id. 없으면 번호',
  'Who answered, where the row says it': '답한 모델. 행에 적혀 있을 때',
  'The turn that was judged: 1 or 2': '판정한 대화 차례: 1 또는 2',
  'From 1 to `repeats`': '1부터 `repeats`까지',
  'The rating that the row came with': '행에 적혀 있던 평점',
  '`failed`: could not be judged, `error` says why': '`failed`: 판정하지 못함. 이유는 `error`에 있습니다',
  'Null when there is no judgment, or no more': '판정이 없거나 지워졌으면 null',
  'Null when the row could not be judged': '판정하지 못했으면 null',

  'As of the evaluation': '평가의 상태와 같음',
  'Made so far, turns and repeats included': '지금까지 한 판정. 대화 차례와 반복도 셉니다',
  'With a rating, 0 included': '평점이 있는 것. 0점도 셉니다',
  'Of those with a rating, 0 to 10': '평점이 있는 것의 평균, 0~10',
  'The mean rating divided by 10; null without ratings': '평균 평점을 10으로 나눈 값. 평점이 없으면 null',
  'Fewer than 50 rows': '행이 50개보다 적은지',
  'A point where the rating equals the label, half of one where it is off by at most 1; `counts` by difference. Null without labels':
    '평점이 라벨과 같으면 1점, 1점까지 다르면 0.5점. `counts`는 차이마다의 수. 라벨이 없으면 null',
  'Ratings that equal their label; `counts` has the right ones by label. Null without labels':
    '라벨과 같은 평점의 비율. `counts`는 라벨마다 맞은 수. 라벨이 없으면 null',
  'Labelled judgments without a rating: they stand in `length` and earn nothing':
    '라벨이 있지만 평점이 없는 판정. `length`에 들고 점수는 없습니다',
  'Labelled judgments': '라벨이 있는 판정',
  'Labelled judgments with a rating': '라벨과 평점이 모두 있는 판정',
  'Of ratings with labels; null without labels': '평점과 라벨의 일치. 라벨이 없으면 null',
  'Judgments by rating': '평점마다 판정의 수',
  'Rows and turns with two rated repeats or more': '평점 있는 반복이 둘 이상인 행과 대화 차례',
  'The share of them whose repeats have one rating, 0 to 1': '그 가운데 반복의 평점이 모두 같은 비율, 0~1',
  'Mean standard deviation between repeats, in points': '반복 사이 표준편차의 평균(점)',
  'Mean distance from the lowest to the highest rating, in points':
    '가장 낮은 평점과 가장 높은 평점의 차이의 평균(점)',
  'The largest such distance, in points': '그 차이의 최댓값(점)',
  'How far the judge agrees with itself; null without repeats':
    '심판이 되풀이해도 같은 평점을 주는 정도. 반복이 없으면 null',
  'The rule of the judge prompts: 0 for an answer in another language than the question':
    '심판 프롬프트의 규칙: 질문과 다른 언어의 답변은 0점',
  'Rated judgments whose question and answer have a script each':
    '질문과 답변의 문자를 가릴 수 있는, 평점 있는 판정',
  'The scripts differ and the judge gave 0': '문자가 다르고 0점을 준 것',
  'The scripts differ and the judge gave more': '문자가 다른데 0점보다 많이 준 것',
  'The same script and a 0': '문자가 같은데 0점을 준 것',
  'The same script and more than 0': '문자가 같고 0점보다 많이 준 것',
  'What could not be judged, by error code, with the ids of some rows':
    '판정하지 못한 것. 오류 코드마다 몇 행의 id와 함께',
  'The score of this report less the other': '이 보고서의 점수에서 다른 점수를 뺀 값',

  'The id of the other evaluation, y': '다른 평가 y의 id',
  'The answering model of the other evaluation': '다른 평가에서 답한 모델',
  'Rows that both have': '둘 다 있는 행',
  'Mean of y - x': 'y - x의 평균',
  'Two-sided, by paired bootstrap': '양측 검정, 짝지은 부트스트랩',
  'Rows where x is higher, both are alike, y is higher': 'x가 높은 행, 같은 행, y가 높은 행',
  'Of the two ratings of each row; null without rows in common':
    '행마다 두 평점의 일치. 공통된 행이 없으면 null',
  'Who answered': '답한 모델',
  'Why there is no rank; null where there is one': '순위가 없는 이유. 있으면 null',
  'The newest evaluation of this model': '이 모델의 가장 새로운 평가',

  'When it is deleted; Unix time in seconds': '지워지는 때. Unix 시각(초)',
  '`batch`: uploaded; `batch_output`: answers or errors of a batch':
    '`batch`: 올린 파일. `batch_output`: 배치의 답이나 오류',
  'A file of `POST /v1/files`': '`POST /v1/files`로 올린 파일',
  'The id of the last entry of the page before': '앞 쪽 마지막 항목의 id',
  'Files with this purpose alone': '이 용도의 파일만',
  '`asc` begins with the oldest': '`asc`이면 오래된 것부터',
  'Kept and shown as it is': '그대로 보관하고 보여 줍니다',
  'From 1': '1부터',
  'The field; null for the line as a whole': '항목. 줄 전체이면 null',
  'What is wrong with the input of a `failed` batch; null otherwise':
    '`failed`인 배치의 입력에서 잘못된 것. 아니면 null',
  '`validating`: its input is being read; `failed`: a line of it is wrong and nothing ran; `expired`: its time was over before all lines were answered':
    '`validating`: 입력을 읽는 중. `failed`: 잘못된 줄이 있어 아무것도 실행하지 않음. `expired`: 모든 줄에 답하기 전에 기한이 지남',
  'The answers; null while there are none': '답. 아직 없으면 null',
  'Lines that were refused, failed or never answered; null while there are none':
    '거절되었거나 실패했거나 답을 받지 못한 줄. 아직 없으면 null',
  '24 hours after its creation: lines without an answer expire; Unix time in seconds':
    '만든 지 24시간 뒤. 답이 없는 줄은 만료됩니다. Unix 시각(초)',
  'Lines of the input': '입력의 줄',

  'Fields of the file that were not read': '파일에서 읽지 않은 항목',
  'Fields that were given and are not read': '파일에 있으나 읽지 않는 항목',
  'Given ids that stand for different questions in x and y': 'x와 y에서 질문이 서로 다른 id의 수',
  'How each file was understood': '파일마다 해석한 결과',
  'How rated rows met: by question and turn, never by their place':
    '평점이 있는 행을 맞춘 방법. 질문과 차례로 맞추며 행의 위치로는 맞추지 않습니다',
  'Judgments by the weights that made them. More than one: the means above mix them':
    '가중치별 판정. 둘 이상이면 위의 평균은 섞인 값입니다',
  'Mean of y - x over the rows that both have: those of the same question and turn':
    '질문과 차례가 같은 행에서 y - x의 평균',
  'Null where there is one file only': '파일이 하나뿐이면 null',
  'Other turns of one question': '그 밖에 질문으로 맞춘 차례의 수',
  'Rows whose reference none of their templates showed to the judge':
    '어느 템플릿에도 참고 답변이 쓰이지 않은 행',
  'The encoding of the files. Another than UTF-8 is read only when it is named here':
    '파일의 인코딩. UTF-8이 아니면 여기에 적어야 읽습니다',
  'The fields of its first record that are read, with what each became': '첫 레코드에서 읽은 항목과 그 쓰임',
  'The first of them, with the beginning of their question': '앞의 몇 행과 그 질문의 첫머리',
  'The mean rating divided by 10': '평균 평점을 10으로 나눈 값',
  'The same for models that answered the same questions': '같은 질문에 답한 모델은 이 값이 같습니다',
  'The weights that judged': '판정에 쓰인 가중치',
  'Turns of rows with one given id and one question': 'id와 질문이 모두 같은 차례의 수',
  'What its records are': '레코드의 종류',
  'Whether more than one set of weights judged': '둘 이상의 가중치가 판정했는지',
  'Whether more than one set of weights judged: the score mixes their means':
    '둘 이상의 가중치가 판정했는지. 그렇다면 점수는 섞인 값입니다',
  '`mixed_weights`: other rows of this evaluation were judged by other weights':
    '`mixed_weights`: 이 평가의 다른 행은 다른 가중치로 판정됨',
  'Rows left out because an answer is empty (`empty=skip`)': '답변이 비어 제외한 행 수 (`empty=skip`)',
  'Rows that were left out because an answer is empty': '답변이 비어 제외된 행 수',
  'What happens to rows with an answer that is missing, empty or blank: `refuse` the input, `judge` them as they are, or `skip` them':
    '답변이 없거나 비어 있는 행의 처리 방식: `refuse`(입력 거부), `judge`(그대로 판정), `skip`(제외)',
}
