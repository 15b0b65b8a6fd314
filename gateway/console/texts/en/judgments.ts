import type { Texts } from '../ko.ts'

export const judgments: Texts['judgments'] = {
  title: 'History',
  lead: 'The stored judgments of this tenant, newest first.',
  emptyTitle: 'No judgment yet',
  emptyText: 'Your first judgment will be kept here.',
  emptyLink: 'Judge an answer',
  rating: 'Rating',
  explanation: 'Explanation',
  model: 'Model · template',
  created: 'Judged',
  verdict: 'Outcome',
  all: 'All',
  filter: 'Filter',
  noneMatch: 'No judgment matches.',
  one: 'Judgment',
  again: 'Judge again',
  replay: 'Judge exactly the same again',
  replayText:
    'The same input and seed, past every cache, compared with the stored judgment. This costs tokens.',
  reopen: 'Change the input and judge',
  outcomes: {
    identical: 'The very same judgment came out',
    same_rating: 'The same rating, in other words',
    different: 'Another judgment came out',
  },
  weights: {
    same: 'The weights were the same both times.',
    changed: 'The weights have changed in between.',
    unknown: 'The node does not report its weights: whether it was the same model is unknown.',
  },
  delete: 'Delete this judgment',
  deleteText: 'It is removed from the store and from the cache. This cannot be undone.',
}
