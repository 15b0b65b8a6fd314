import type { Texts } from '../ko.ts'

export const start: Texts['start'] = {
  title: 'A judge for Korean',
  headline: 'Grades Korean answers and explains every score',
  lead: 'keval is a family of models trained to judge Korean answers. Given a question and an answer, keval writes a short explanation and then a rating from 0 to 10. keval-edge serves these models as an API to approved applicants.',
  apply: 'Apply for access',
  tryIt: 'Judge an answer',
  exampleJudgment: {
    title: 'What a judgment looks like',
    question: 'Question',
    answer: 'Answer',
    reference: 'Reference',
    caption: (model, date, temperature) =>
      `A real judgment by the small sample model ${model}, made on ${date} at temperature ${temperature}. The keval models explain more; the API answers with the same parts.`,
  },
  access: {
    title: 'How to get access',
    steps: [
      {
        title: 'Apply',
        text: 'Tell us who you are, what you will use it for, and how you protect data. It takes ten minutes.',
      },
      { title: 'Verify your email', text: 'Open the link we email you.' },
      {
        title: 'Review',
        text: 'A person reviews every application. You can check the status and the reasons at any time.',
      },
      { title: 'Get the key', text: 'A one-time link in the approval email shows the API key to you alone.' },
    ],
  },
  promises: {
    title: 'Judgments you can rely on',
    items: [
      {
        title: '0 is not "none"',
        text: 'Truncated or unrated output is reported as such: never counted as 0, never cached, never silently re-sampled.',
      },
      {
        title: 'Same request, same answer',
        text: 'The seed is derived from the request. Repeating a request returns the stored judgment verbatim and uses no tokens.',
      },
      {
        title: 'Full provenance',
        text: 'Every judgment records the weights, template version, seed and node, so you can cite it.',
      },
    ],
  },
  tables: {
    title: 'Agreement with human ratings',
    lead: 'The two tables of the model card, measured on the 22 published test items: two for each label from 0 to 10.',
    caveat:
      '22 items is a small sample. In brackets: 95% confidence intervals (bootstrap over the same items). They overlap widely, so these tables alone cannot rank the three models.',
    diffCaption:
      'Diff score: 1 point for the exact rating, half a point for a difference of 1, divided by all items',
    accuracyCaption:
      'Accuracy: share of exact ratings, and how many were right for each label (two items a label)',
    model: 'Model',
    score: 'Diff score',
    accuracy: 'Accuracy',
    wrong: 'No rating',
    difference: (points) => `Off by ${points}`,
    label: (label) => `${label}`,
  },
  licences: {
    title: 'Licences of the models',
    lead: 'The code is Apache-2.0. The models have their own terms, which also apply to API users.',
    items: [
      {
        model: 'keval-2-9b',
        text: 'Derived from Gemma 2. The Gemma Terms of Use and the Prohibited Use Policy apply, and users of a hosted API are bound by their restrictions. The weights are available to approved applicants only.',
      },
      {
        model: 'keval-2-3b · keval-2-1b',
        text: 'Built with Llama. Derived from Llama 3.2; the Llama 3.2 Community License and the Acceptable Use Policy apply.',
      },
      {
        model: 'keval-mini',
        text: 'Trained from scratch in this repository, Apache-2.0. For demonstration only; it does not replace keval.',
      },
    ],
  },
  call: {
    title: 'One call',
    lead: 'Works with any OpenAI client.',
    docs: 'Read the API documentation',
  },
}
