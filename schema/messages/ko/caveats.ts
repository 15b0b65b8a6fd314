import type { caveats as english } from '../en/caveats.ts'

export const caveats: Record<keyof typeof english, string> = {
  // 판정할 때 주의할 점
  empty_reference: '템플릿에 참고 답변이 들어가지만 참고 답변이 비어 있습니다.',
  rating_in_answer: '답변에 평점처럼 보이는 표기가 있어 심판의 판정에 영향을 줄 수 있습니다.',
  template_marker_in_answer: '답변에 심판 프롬프트의 구분 기호가 있어 프롬프트의 일부로 오인될 수 있습니다.',
  script_mismatch: '질문과 답변의 언어가 다른 것으로 보입니다. 이 경우 0점을 주는 것이 규칙입니다.',
  near_context_limit:
    '프롬프트가 약 {tokens}토큰으로 컨텍스트 {context}토큰에 가까워 설명이 잘릴 수 있습니다.',
  demo_model: 'keval-mini는 동작 확인용 소형 모델입니다. keval이 아니므로 평점을 신뢰하지 마세요.',

  // caveats of reports and comparisons
  note_imported:
    '가져온 평가입니다. {gateway}에서 {date}에 만들었습니다. 파일이 손상되지 않았는지만 확인했고 다시 판정하지는 않았습니다.',
  note_mixed_weights:
    '주의: 평가 도중 심판의 가중치가 바뀌었습니다. 가중치 {count}종이 판정에 쓰였고 아래의 평균은 모두 섞인 값입니다. 가중치별 평균은 가중치 표에 있습니다.',
  note_answer_faults:
    '답변 수집 결과: 빈 답변 {empty}개, 거부 {refused}개, 토큰 한도에서 잘림 {cut}개. 제외: 실패 {failed}개, 답변이 빈 행 {skipped}개',
  note_not_finished: '아직 끝나지 않았습니다. 남은 판정: {pending}건.',
  note_failed_judgments: '판정 {failed}건은 실패하여 집계에서 제외했습니다. 해당 행은 실패 내역에 있습니다.',
  note_no_rating:
    '판정 {wrong}건에 평점이 없습니다. 차이 점수와 정확도에서는 틀린 것으로 세고 평균에서는 뺍니다. 0점으로 세지 않습니다.',
  note_too_few_rows: '표본 부족: {rows}행({minimum}행 미만). 순위 대신 구간을 확인하세요.',
  note_in_testset: '{rows}행이 공개된 keval 테스트셋의 입력과 같습니다. 심판이 이미 본 것일 수 있습니다.',
  note_in_ko_bench: '{rows}행이 공개된 Ko-Bench의 질문입니다. 모델이 학습에 사용했을 수 있습니다.',
  note_language_missed:
    '답변 {missed}건은 질문과 문자가 다른데도 평가 지침대로 0점을 받지 않았습니다. 번역이라면 타당하니 확인해 보십시오.',
  note_skipped_rows: '답변이 비어 있어 제외한 행: {rows}개',
  note_references_not_shown:
    '{rows}행의 참고 답변은 심판에게 보이지 않았습니다. 분야가 수학·추론·코딩이 아니거나 템플릿에 참고 답변이 없습니다.',
  note_ignored_fields: '파일에서 읽지 않은 항목: {fields}',
  note_rating_summary:
    '평균과 점수는 행마다 반복 판정을 {summary}(으)로 요약한 값입니다. 라벨과의 일치는 판정 하나하나로 계산합니다.',
  note_without_probabilities: '노드가 확률을 주지 않아 기대 평점 대신 평점을 쓴 판정이 {count}건 있습니다.',
  note_row_is_unit: '구간의 단위는 행입니다. 같은 행의 반복 판정은 구간을 좁히지 않습니다.',
  note_simple_keval:
    'simple-keval: 모든 행에 한 템플릿, 첫 턴만 판정하며, 글에서 처음 나오는 괄호를 평점으로 읽습니다.',
  note_mixed_weights_of_side: '주의: {name}은(는) 여러 가중치로 판정되어 평점이 섞여 있습니다.',
  note_imported_side:
    '{name}은(는) 가져온 평가로 {gateway}에서 판정했습니다. 심판과 가중치는 보관 파일에 적힌 값이며 확인되지 않았습니다.',
  note_other_weights: '주의: a와 b는 서로 다른 가중치로 판정되었습니다. 차이가 심판의 차이일 수 있습니다.',
  note_no_common_rows: '두 평가에 공통으로 평점이 있는 질문이 없습니다.',
  note_few_common_rows: '공통 행이 적습니다: {pairs}행({minimum}행 미만). 순위 대신 구간을 확인하세요.',
  note_ids_differ: 'id {count}개는 a와 b에서 질문이 서로 달라 질문으로 맞추었습니다.',
  note_unpaired: '상대에 같은 질문이 없어 비교에서 빠진 행: a {a}개, b {b}개.',
  note_other_questions: '두 평가의 질문이 같지 않습니다.',
  note_other_dataset: '두 평가의 데이터셋이 다릅니다: a {a}, b {b}.',
  note_other_dataset_version:
    '두 평가는 {name}의 서로 다른 버전입니다: a 버전 {a}, b 버전 {b}. 질문, 참고 답변 또는 분야가 다릅니다.',
  note_other_protocols: '두 평가의 프로토콜이 다릅니다.',
}
