/** Audits of judges: routes and fields. */
export const auditFields: Record<string, string> = {
  'Audit a judge on a file of answers': '답변 파일로 심판을 점검합니다',
  'The body is the file, as for an evaluation; with `baseline` in the address there is none, and the cases of an earlier audit are judged again.':
    '본문은 평가와 같은 파일입니다. 주소에 `baseline`이 있으면 본문 없이 이전 점검의 내용을 다시 판정합니다.',
  'With `preview=true`: its size': '`preview=true`이면 점검의 규모',
  'Audits, newest first': '심판 점검, 최신순',
  'A page of audits': '심판 점검 한 쪽',
  'Status and progress of an audit': '심판 점검의 상태와 진행률',
  'The audit': '심판 점검',
  'Delete an audit and its cases': '심판 점검과 그 내용을 삭제합니다',
  'Stop a running or paused audit; what was judged stays':
    '진행 중이거나 일시 중지된 점검을 멈춥니다. 판정한 내용은 남습니다',
  'Go on with what a cancelled or paused audit left': '취소하거나 일시 중지한 점검을 이어서 진행합니다',
  'How far the judge can be trusted': '심판을 얼마나 믿을 수 있는지',
  'Two judges on the same cases': '같은 답변을 판정한 두 심판',
  'An earlier audit: its cases are judged again, and no file is read':
    '이전 점검. 그 내용을 다시 판정하며 파일은 읽지 않습니다',
  'Rows to draw from the file, each category in proportion':
    '파일에서 뽑을 행 수. 분야마다 비율대로 뽑습니다',
  'Judgments of each drawn row as it is; their spread is the noise of the judge':
    '뽑은 행을 그대로 판정하는 횟수. 평점이 흩어진 정도가 심판의 오차입니다',
  'The same file, options and seed draw the same rows and make the same variants':
    '파일, 옵션, 시드가 같으면 같은 행을 뽑아 똑같이 바꿉니다',
  'Names of probes, separated by commas; all by default. `repeat` always runs':
    '점검 항목 이름을 쉼표로 구분. 기본값은 전부이며 `repeat`은 항상 실행합니다',
  'The audit whose cases it judges; null for an evaluation of its own':
    '이 평가가 판정하는 심판 점검. 일반 평가에서는 null',
  'The evaluation that judges the cases': '점검 내용을 판정하는 평가',
  'The audit whose cases are judged again': '내용을 다시 판정하는 기준 점검',
  'Rows of the file': '파일의 행 수',
  'Rows drawn from it': '파일에서 뽑은 행 수',
  'Judgments of each drawn row as it is': '뽑은 행을 그대로 판정하는 횟수',
  'Drawn rows to which each probe applies': '점검 항목마다 해당하는 행 수',
  'Audits with the same one can be compared': '이 값이 같은 점검끼리 비교할 수 있습니다',
  'What the judge can be used for, in the language of the report':
    '심판을 어디에 쓸 수 있는지, 보고서의 언어로',
  'Two ratings of one answer differ by less than this in 95 of 100 cases':
    '같은 답변의 두 평점 차이는 100번 중 95번 이 값보다 작습니다',
  'Mean ratings over so many rows that differ by less are noise of the judge':
    '이만큼의 행에서 평균 평점의 차이가 이보다 작으면 심판의 오차입니다',
  'Judgments per row after which such a difference exceeds the noise':
    '이런 차이가 오차를 넘으려면 필요한 행당 판정 횟수',
  'Standard deviation of repeats of one row, in points': '같은 행 반복 판정의 표준편차(점)',
  'Intraclass correlation ICC(1)': '급내상관계수 ICC(1)',
  'How often two ratings of one row lie on different sides of a threshold':
    '같은 행의 두 평점이 기준점을 사이에 두고 갈리는 비율',
  'How often repeats of unchanged rows do the same': '바꾸지 않은 행의 반복 판정에서 같은 일이 일어나는 비율',
  'Mean rating of the variants less that of the rows, in points':
    '바꾼 답변의 평균 평점에서 원래 평균 평점을 뺀 값(점)',
  '`violated`: broken beyond the noise of the judge; `holds`: it is not; `inconclusive`: too few rows to tell':
    '`violated`: 심판의 오차를 넘어 위반함, `holds`: 위반하지 않음, `inconclusive`: 행이 적어 판단할 수 없음',
  'Adjusted for all tests of the audit (Holm); null where a rate decides':
    '점검의 모든 검정에 맞춰 보정한 값(Holm). 비율로 판단하는 항목에서는 null',
  'Points that a doubling of the length brings at equal content':
    '내용이 같을 때 길이가 두 배가 되면 달라지는 점수',
  'Ways to make one rating of several samples, the steadiest per token first':
    '표본 여러 개로 평점 하나를 만드는 방법. 토큰 대비 안정적인 순서',
  'Against the baseline; null without one': '기준 점검과의 비교. 기준이 없으면 null',
  'Empty where nothing moved': '달라진 점이 없으면 비어 있습니다',
  'Chance of the cause `ratings` while the judge is the same': '심판이 그대로인데 `ratings` 경보가 울릴 확률',
  'Mean ratings of the rows as they are: second less first': '원래 답변의 평균 평점 차이: 둘째 − 첫째',
  'Exact McNemar test, adjusted for all probes (Holm)': '정확한 맥니마 검정, 모든 항목에 맞춰 보정(Holm)',
}
