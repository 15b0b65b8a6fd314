import type { Texts } from '../ko.ts'

export const links: Texts['links'] = {
  verify: {
    title: 'Confirm the e-mail address',
    lead: 'The button confirms your address; the review begins then.',
    button: 'Verify your email',
    done: 'Confirmed',
    doneText:
      'The application now waits for its review. See where it stands with the application id and the status token.',
  },
  claim: {
    title: 'Get the API key',
    lead: 'The key is shown once. Press the button when you can put it in a safe place at once. The link works one time.',
    button: 'Get the key',
    done: 'Your API key',
    once: 'This key cannot be shown again. Copy it now into a password manager or an environment variable. The operator does not know it either.',
    checksumTitle: 'The last six characters',
    checksum:
      'They are a checksum of the rest. If the key is copied or typed wrongly, the server says so before it looks anything up.',
    scopes: 'Scopes',
    plan: 'Plan',
    expires: 'Expires',
    never: 'never',
    signIn: 'Sign in with this key',
    firstCall: 'First call',
  },
  noToken: 'The link is not whole. Please open the complete link of the mail.',
  used: 'This link was used already or its time has run out.',
}
