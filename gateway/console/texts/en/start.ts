import type { Texts } from '../texts.ts'

export const start: Texts['start'] = {
  title: 'A judge for Korean',
  headline: 'It reads the answer, says why, and gives a rating.',
  lead: 'keval is a family of models trained to judge Korean answers. Given a question and an answer, it first writes a short explanation and then a rating from 0 to 10. keval-edge offers these models as an API to people who apply.',
  apply: 'Apply for access',
  tryIt: 'Judge an answer',
  specimen: {
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
      { title: 'Apply', text: 'Say who you are, what for, and how you protect data. It takes ten minutes.' },
      { title: 'Confirm the address', text: 'Follow the link in the mail you get.' },
      {
        title: 'Review',
        text: 'A person reads it and decides. You can always see where it stands, and why.',
      },
      { title: 'Get the key', text: 'A one-time link in the approval mail shows the API key to you alone.' },
    ],
  },
  promises: {
    title: 'Judgments you can rely on',
    items: [
      {
        title: '0 is not "none"',
        text: 'Output that was cut or has no rating is shown as what it is: never counted as 0, never cached, never quietly drawn again.',
      },
      {
        title: 'Same request, same answer',
        text: 'The seed follows from the request. A repeat returns the stored judgment, word for word, and costs no tokens.',
      },
      {
        title: 'With provenance',
        text: 'Every judgment carries the weights, the version of the template, the seed and the node: ready to be cited.',
      },
    ],
  },
  tables: {
    title: 'How close to human ratings',
    lead: 'The two tables of the model card, measured on the 22 published test items: two for each label from 0 to 10.',
    caveat:
      '22 items are few. In brackets: 95% confidence intervals (bootstrap over the same items). They overlap widely, so these tables alone cannot rank the three models.',
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
    lead: 'The code is Apache-2.0. The models come under terms of their own, which pass on to those who use the API.',
    items: [
      {
        model: 'keval-2-9b',
        text: 'Derived from Gemma 2. The Gemma Terms of Use and the Prohibited Use Policy apply, and whoever uses a hosted API must be told of the restrictions and keep them. The weights are given to applicants only.',
      },
      {
        model: 'keval-2-3b · keval-2-1b',
        text: 'Built with Llama. Derived from Llama 3.2; the Llama 3.2 Community License and the Acceptable Use Policy apply.',
      },
      {
        model: 'keval-mini',
        text: 'Trained from scratch in this repository, Apache-2.0. It shows that everything works and does not replace keval.',
      },
    ],
  },
  call: {
    title: 'One call',
    lead: 'OpenAI clients work as they are.',
    docs: 'Read the API documentation',
  },
}
