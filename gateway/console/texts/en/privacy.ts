import type { Texts } from '../ko.ts'

export const privacy: Texts['privacy'] = {
  title: 'Privacy',
  lead: 'What this service stores, and for how long.',
  judged: 'Data you send for judging',
  judgedPoints: [
    'Each tenant has separate storage for questions, answers and judgments. They are deleted automatically after the retention period of the plan.',
    'You can delete judgments, evaluations and labels at any time. Deleting a tenant deletes all its data and issues a deletion receipt.',
    'Request logs never contain questions or answers.',
  ],
  cookies: 'Cookies and browser storage',
  cookiesText:
    'Cookies store only your sign-in, language and theme. Drafts stay in the tab and are deleted when you sign out or close it. We do not track visitors.',
  applicants: 'Consents when you apply',
}
