import type { View } from '../../view.ts'
import { ConfirmPage } from '../confirm-page.tsx'
import type { Key } from './keys-page.tsx'

interface ConfirmKeyPageProps {
  view: View
  step: 'rotate' | 'revoke'
  of: Key
  /** Without this key no other key can manage keys. */
  isLastManager: boolean
}

/** Asks before a key is rotated or revoked, and says what is lost with it. */
export function ConfirmKeyPage({ view, step, of, isLastManager }: ConfirmKeyPageProps) {
  const { t, sessions } = view
  const text = t.account.keys
  return (
    <ConfirmPage
      view={view}
      session={sessions.tenant}
      title={text.confirm[step]}
      subject={
        <>
          {of.name} <code>{of.start}…</code>
        </>
      }
      consequence={step === 'rotate' ? text.rotateHint : text.revokeHint}
      button={text[step]}
      danger={step === 'revoke'}
      action={`/keys/${encodeURIComponent(of.id)}/${step}`}
      back="/keys"
    >
      {step === 'revoke' && of.start === sessions.tenant?.label && (
        <p class="notice careful">{text.confirm.ownKey}</p>
      )}
      {step === 'revoke' && isLastManager && (
        <div class="notice wrong">
          <p>{text.confirm.lastManager}</p>
          <div class="choice">
            <input type="checkbox" id="confirm" name="confirm" value="lockout" required />
            <label for="confirm">{text.confirm.lockout}</label>
          </div>
        </div>
      )}
    </ConfirmPage>
  )
}

/** Returns whether a key is the only one left that may manage keys. */
export function isLastManager(keys: readonly Key[], id: string): boolean {
  const managers = keys.filter(
    ({ scopes, status, replaced_by: replacement }) =>
      scopes.includes('manage') && (status === 'active' || status === 'expiring') && replacement === null,
  )
  return managers.length === 1 && managers[0]!.id === id
}
