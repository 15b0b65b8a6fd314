/**
 * The judge prompts of Ko-Bench. keval was trained on these bytes: a changed blank changes the ratings.
 * A test pins the digest of every text; a deliberate change takes a new name or version.
 */
export const templateNames = [
  'single-v1',
  'single-math-v1',
  'single-v1-multi-turn',
  'single-math-v1-multi-turn',
] as const

export type TemplateName = (typeof templateNames)[number]

export interface Template {
  readonly name: TemplateName
  readonly version: number
  /** Instruction in the system message; empty means that there is no system message. */
  readonly system: string
  readonly user: string
  readonly turns: 1 | 2
  /** True if the template shows a reference answer to the judge. */
  readonly reference: boolean
}

export const templates: Readonly<Record<TemplateName, Template>> = {
  'single-v1': {
    name: 'single-v1',
    version: 1,
    turns: 1,
    reference: false,
    system: '',
    user: `[지시]
 공정한 심판으로서 아래에 표시된 사용자 질문에 대한 AI 어시스턴트의 응답 품질을 평가해주세요. 질문과 대답의 언어가 동일하지 않으면 무조건 0점입니다. 평가에서는 응답의 유용성, 관련성, 정확성, 깊이, 창의성, 상세함 등의 요소를 고려해야 합니다. 평가를 시작하기 전에 짧은 설명을 제공하세요. 가능한 한 객관적으로 평가하세요. 설명을 제공한 후 다음 형식을 엄격히 따라 1에서 10점 사이로 평가해야 합니다: "[[rating]]", 예를 들어: "Rating: [[5]]".

[Question]
{question}

[어시스턴트 답변의 시작]
{answer}
[어시스턴트 답변의 끝]`,
  },
  'single-math-v1': {
    name: 'single-math-v1',
    version: 1,
    turns: 1,
    reference: true,
    system: '',
    user: `[지시]
공정한 심판으로서 아래에 표시된 사용자 질문에 대한 AI 어시스턴트의 응답 품질을 평가해주세요. 질문과 대답의 언어가 동일하지 않으면 무조건 0점입니다. 평가는 정확성과 유용성을 고려해야 합니다. 참고 답변과 어시스턴트의 답변이 제공될 것입니다. 평가를 시작하기 위해 어시스턴트의 답변을 참고 답변과 비교하세요. 각 답변의 실수를 식별하고 수정하세요. 가능한 한 객관적으로 평가하세요. 설명을 제공한 후 다음 형식을 엄격히 따라 응답을 1점에서 10점 사이로 평가해야 합니다: "[[rating]]", 예를 들어: "Rating: [[5]]".

[질문]
{question}

[참조 답변의 시작]
{ref_answer_1}
[참조 답변의 끝]

[어시스턴트 답변의 시작]
{answer}
[어시스턴트 답변의 끝]`,
  },
  'single-v1-multi-turn': {
    name: 'single-v1-multi-turn',
    version: 1,
    turns: 2,
    reference: false,
    system: `공정한 심판으로서 아래에 표시된 사용자 질문에 대한 AI 어시스턴트의 응답 품질을 평가해주세요. 평가는 응답의 유용성, 관련성, 정확성, 깊이, 창의성, 세부 사항 등의 요소를 고려해야 합니다. 질문과 대답의 언어가 동일하지 않으면 무조건 0점입니다. 어시스턴트의 두 번째 사용자 질문에 대한 답변에 중점을 두고 평가해야 합니다. 평가를 시작하기 위해 짧은 설명을 제공하세요. 가능한 한 객관적으로 평가하세요.  설명을 제공한 후 다음 형식을 엄격히 따라 응답을 1점에서 10점 사이로 평가해야 합니다: "[[rating]]", 예를 들어: "Rating: [[5]]".

`,
    user: `<|어시스턴트 A와 사용자의 대화 시작|>

### 사용자:
{question_1}

### 어시스턴트A:
{answer_1}

### 사용자:
{question_2}

### 어시스턴트A:
{answer_2}

<|어시스턴트 A와 사용자의 대화 끝|>`,
  },
  'single-math-v1-multi-turn': {
    name: 'single-math-v1-multi-turn',
    version: 1,
    turns: 2,
    reference: true,
    system: `공정한 심판으로서 사용자 질문에 대한 AI 어시스턴트의 응답 품질을 평가해주세요. 평가는 정확성과 유용성을 고려해야 합니다. 참고 답변과 어시스턴트의 답변이 제공될 것입니다. 가능한 한 객관적으로 평가하세요. 질문과 대답의 언어가 동일하지 않으면 무조건 0점입니다.평가는 어시스턴트의 두 번째 질문에 대한 답변에 중점을 두어야 합니다. 평가를 시작하기 전에 어시스턴트의 답변을 참고 답변과 비교하고 실수를 식별하여 수정하세요.  설명을 제공한 후 다음 형식을 엄격히 따라 1에서 10점 사이로 평가해야 합니다: "[[rating]]", 예를 들어: "Rating: [[5]]".

`,
    user: `<|참조 답변의 시작|>

### 사용자:
{question_1}

### 참조 답변:
{ref_answer_1}

### 사용자:
{question_2}

### 참조 답변:
{ref_answer_2}

<|참조 답변의 끝|>


<|어시스턴트 A와 사용자의 대화 시작|>

### 사용자:
{question_1}

### 어시스턴트A:
{answer_1}

### 사용자:
{question_2}

### 어시스턴트A:
{answer_2}

<|어시스턴트 A와 사용자의 대화 끝|>`,
  },
}
