import type { Texts } from '../ko.ts'

export const signIn: Texts['signIn'] = {
  title: 'Sign in',
  lead: 'Sign in with your API key. It is kept in an encrypted cookie only, never in browser storage or in an address. You sign in again after 12 hours.',
  key: 'API key',
  keyHint:
    'It begins with kev_live_ or kev_test_; its last six characters are a checksum that finds copying errors at once.',
  submit: 'Sign in',
  noKey: 'No key yet?',
  operatorTitle: 'Operator sign-in',
  operatorLead: 'Sign in with the admin secret. You sign in again after 2 hours.',
  secret: 'Admin secret',
  operatorLink: 'Are you an operator?',
  needed: 'Sign in to see this page.',
  signedOut: 'You are signed out.',
}
