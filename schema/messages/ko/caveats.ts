import type { caveats as english } from '../en/caveats.ts'

export const caveats: Record<keyof typeof english, string> = {
  // 판정에 붙는 경고
  empty_reference: '참고 답변을 쓰는 템플릿인데 참고 답변이 비어 있습니다.',
  rating_in_answer: '답변에 평점처럼 보이는 표기가 있어 판정에 영향을 줄 수 있습니다.',
  template_marker_in_answer:
    '답변에 심판 프롬프트의 구분 기호가 있어 심판이 프롬프트의 일부로 오인할 수 있습니다.',
  script_mismatch: '질문과 답변의 언어가 다른 것 같습니다. 심판 프롬프트는 이런 답변에 0점을 주도록 합니다.',
  near_context_limit:
    '프롬프트가 약 {tokens}토큰으로 컨텍스트 한도({context}토큰)에 가까워 설명이 잘릴 수 있습니다.',
  demo_model: 'keval-mini는 keval이 아닌 동작 확인용 소형 모델입니다. 평점을 신뢰하지 마세요.',

  // 보고서와 비교의 주의 사항
  note_imported:
    '가져온 평가입니다. {gateway}에서 {date}에 만들었으며, 파일이 손상되지 않았는지만 확인하고 다시 판정하지는 않았습니다.',
  note_mixed_weights:
    '주의: 평가 도중 심판의 가중치가 바뀌어 가중치 {count}종이 판정에 쓰였습니다. 아래 평균은 모두 이를 합친 값이며, 가중치별 평균은 심판 가중치 표에 있습니다.',
  note_answer_faults:
    '답변 수집 결과: 빈 답변 {empty}개, 거부 {refused}개, 토큰 한도에서 잘림 {cut}개. 제외: 실패 {failed}개, 답변이 빈 행 {skipped}개.',
  note_not_finished: '아직 끝나지 않은 평가입니다. 남은 판정: {pending}건.',
  note_failed_judgments: '실패한 판정 {failed}건을 집계에서 제외했습니다. 해당 행은 실패 내역에 있습니다.',
  note_no_rating:
    '평점이 없는 판정이 {wrong}건 있습니다. 차이 점수와 정확도에서는 오답으로 집계하고 평균에서는 제외합니다. 0점으로 집계하지 않습니다.',
  note_too_few_rows: '표본 부족: {rows}행({minimum}행 미만). 순위 대신 구간을 확인하세요.',
  note_in_testset: '{rows}행이 공개된 keval 테스트셋의 입력과 같습니다. 심판이 학습 때 보았을 수 있습니다.',
  note_in_ko_bench:
    '{rows}행이 공개된 Ko-Bench의 질문과 같습니다. 답변한 모델이 학습에 사용했을 수 있습니다.',
  note_language_missed:
    '질문과 문자가 다른 답변 가운데 {missed}건이 심판 프롬프트의 규칙과 달리 0점을 받지 않았습니다. 번역 문제라면 타당할 수 있으니 확인해 보세요.',
  note_skipped_rows: '답변이 비어 있는 {rows}행을 제외했습니다.',
  note_references_not_shown:
    '{rows}행의 참고 답변은 판정에 쓰이지 않았습니다. 분야가 수학·추론·코딩이 아니거나 참고 답변을 쓰지 않는 템플릿입니다.',
  note_ignored_fields: '파일에서 사용하지 않은 항목: {fields}',
  note_rating_summary:
    '평균과 점수는 행별 반복 판정의 요약값({summary})으로 계산하고, 라벨과의 일치는 개별 판정으로 계산합니다.',
  note_without_probabilities: '노드가 확률을 제공하지 않아 {count}건은 기대 평점 대신 평점을 사용했습니다.',
  note_row_is_unit: '구간은 행 단위로 계산하므로 반복 판정을 늘려도 좁아지지 않습니다.',
  note_simple_keval:
    'simple-keval: 모든 행의 첫 턴을 같은 템플릿으로 판정하고, 출력에 처음 나오는 대괄호를 평점으로 읽습니다.',
  note_mixed_weights_of_side: '주의: 서로 다른 가중치의 평점이 섞여 있습니다({name}).',
  note_other_weights: '주의: a와 b를 판정한 가중치가 다릅니다. 모델이 아니라 심판의 차이일 수 있습니다.',
  note_no_common_rows: '두 평가에서 모두 평점을 받은 질문이 없습니다.',
  note_few_common_rows: '공통 행 부족: {pairs}행({minimum}행 미만). 순위 대신 구간을 확인하세요.',
  note_ids_differ: 'ID {count}개는 a와 b의 질문이 서로 달라 질문을 기준으로 짝지었습니다.',
  note_unpaired: '상대 평가에 같은 질문이 없어 비교에서 제외한 행: a {a}개, b {b}개.',
  note_imported_side:
    '가져온 평가: {name}. {gateway}에서 판정했으며, 심판과 가중치는 파일에 적힌 값으로 확인되지 않았습니다.',
  note_other_questions: '두 평가의 질문이 같지 않습니다.',
  note_other_dataset: '두 평가의 데이터셋이 다릅니다: a {a}, b {b}.',
  note_other_dataset_version:
    '두 평가의 데이터셋 버전이 다릅니다({name}): a 버전 {a}, b 버전 {b}. 질문, 참고 답변 또는 분야가 다릅니다.',
  note_other_protocols: '두 평가의 프로토콜이 다릅니다.',
}
