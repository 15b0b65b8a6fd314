import type { Texts } from '../ko.ts'

export const signIn: Texts['signIn'] = {
  title: 'Sign in',
  lead: 'Sign in with your API key. The key is kept only in an encrypted cookie, never in browser storage or a URL. Sessions last 12 hours.',
  key: 'API key',
  keyHint:
    'Starts with kev_live_ or kev_test_. The last six characters are a checksum that detects typing errors.',
  submit: 'Sign in',
  noKey: 'No key yet?',
  operatorTitle: 'Operator sign-in',
  operatorLead: 'Sign in with the admin secret. Sessions last 2 hours.',
  secret: 'Admin secret',
  name: 'Your name',
  nameHint: 'Shown in the audit log and to other reviewers. Required if several people share the secret.',
  operatorLink: 'Are you an operator?',
  needed: 'Sign in to see this page.',
  signedOut: 'You have signed out.',
  signedOutHere:
    'You have signed out in this browser. The server could not end the session, because its storage did not answer; a copy of the cookie stays valid until the session expires.',
}
