import type { Texts } from '../texts.ts'

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
  delete: 'Delete this judgment',
  deleteText: 'It is removed from the store and from the cache. This cannot be undone.',
}
