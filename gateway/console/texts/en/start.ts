import type { Texts } from '../ko.ts'

export const start: Texts['start'] = {
  title: 'An LLM judge for Korean',
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
      `A real judgment by the small sample model ${model}, made on ${date} at temperature ${temperature}. The keval models give longer explanations in the same format.`,
  },
  access: {
    title: 'How to get access',
    steps: [
      {
        title: 'Apply',
        text: 'Tell us who you are, how you will use keval and how you protect data. It takes about ten minutes.',
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
        title: 'No rating is not a zero',
        text: 'Truncated or unrated output is reported as it is: never counted as 0, never cached, never silently re-sampled.',
      },
      {
        title: 'Same request, same answer',
        text: 'The seed is derived from the request. A repeated request returns the stored judgment and uses no tokens.',
      },
      {
        title: 'Full provenance',
        text: 'Every judgment records its weights, template version, seed and node, ready to cite.',
      },
    ],
  },
  tables: {
    title: 'Agreement with human ratings',
    lead: 'Two tables from the model card, measured on 22 published test items: two for each label from 0 to 10.',
    caveat:
      '22 items is a small sample. Brackets show 95% bootstrap confidence intervals. They overlap widely, so these tables alone cannot rank the three models.',
    diffCaption:
      'Diff score: 1 point for an exact rating, 0.5 for a difference of 1, divided by the number of items',
    accuracyCaption:
      'Accuracy: share of exact ratings, and the number correct for each label (two items per label)',
    model: 'Model',
    score: 'Diff score',
    accuracy: 'Accuracy',
    wrong: 'No rating',
    difference: (points) => `Off by ${points}`,
    label: (label) => `${label}`,
  },
  licences: {
    title: 'Model licences',
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
        text: 'Trained from scratch in this repository (Apache-2.0). For demonstration only; not a replacement for keval.',
      },
    ],
  },
  call: {
    title: 'Example request',
    lead: 'Works with any OpenAI client.',
    docs: 'Read the API documentation',
  },
}
