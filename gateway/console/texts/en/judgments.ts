import type { Texts } from '../ko.ts'

export const judgments: Texts['judgments'] = {
  title: 'History',
  lead: 'Stored judgments, newest first.',
  emptyTitle: 'No judgments yet',
  emptyText: 'Your first judgment will appear here.',
  emptyLink: 'Judge an answer',
  rating: 'Rating',
  explanation: 'Explanation',
  model: 'Model · template',
  created: 'Judged',
  verdict: 'Outcome',
  all: 'All',
  search: 'Search questions and answers',
  from: 'From',
  to: 'To',
  noneMatch: 'No matching judgments.',
  one: 'Judgment',
  again: 'Judge again',
  replay: 'Replay',
  replayText:
    'Judges the same input with the same seed, bypassing the cache, and compares the result with the stored judgment. Uses tokens.',
  reopen: 'Edit and judge',
  outcomes: {
    identical: 'Identical judgment',
    same_rating: 'Same rating, different wording',
    different: 'Different judgment',
  },
  weights: {
    same: 'Both runs used the same weights.',
    changed: 'The weights changed between the two runs.',
    unknown: 'The node does not report its weights, so we cannot tell whether the model is the same.',
  },
  delete: 'Delete judgment',
  deleteText: 'This deletes the judgment from storage and cache and cannot be undone.',
}
