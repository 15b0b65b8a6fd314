import type { Texts } from '../ko.ts'

export const privacy: Texts['privacy'] = {
  title: 'Privacy',
  lead: 'What this service keeps, and for how long.',
  judged: 'What you send to be judged',
  judgedPoints: [
    'Questions, answers and judgments are kept in a store of their own for each tenant, for the retention period of the plan, and are then deleted automatically.',
    'You can delete judgments, evaluations and labels at any time. Deleting a tenant deletes all of them and leaves a deletion receipt.',
    'Request logs hold no questions or answers.',
  ],
  cookies: 'Cookies and browser storage',
  cookiesText:
    'Cookies hold the sign-in, the language and the theme only. Drafts stay in the tab and are removed when you sign out or close it. Visitors are not tracked.',
  applicants: 'Consents of the application',
}
