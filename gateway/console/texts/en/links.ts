import type { Texts } from '../ko.ts'

export const links: Texts['links'] = {
  verify: {
    title: 'Verify your email',
    lead: 'Press the button to verify your email address and start the review.',
    button: 'Verify email',
    done: 'Email verified',
    doneText:
      'Your application is waiting for review. Check its status with your application ID and status token.',
  },
  claim: {
    title: 'Get your API key',
    lead: 'The key is shown only once, and the link works only once. Press the button when you are ready to store the key safely.',
    button: 'Show the key',
    done: 'Your API key',
    once: 'This key cannot be shown again. Copy it now into a password manager or an environment variable. Not even the operator can see it.',
    checksumTitle: 'Last six characters',
    checksum: 'They are a checksum. A mistyped key is reported immediately.',
    scopes: 'Scopes',
    plan: 'Plan',
    expires: 'Expires',
    never: 'never',
    signIn: 'Sign in with this key',
    firstCall: 'First call',
  },
  noToken: 'The link is incomplete. Open the full link from the email.',
  used: 'This link has already been used or has expired.',
}
