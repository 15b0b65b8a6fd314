import type { CertificateState } from '../../../schema/api/node-status.ts'
import type { Problem } from '../../devices/diagnosis.ts'
import type { ModelDirectory } from '../../model/directory.ts'
import { ModelError } from '../../model/model-error.ts'
import type { Provider } from '../runtime/runtime.ts'

/** The device of a model: provider and name. */
export interface ComputingDevice {
  provider: Provider
  name: string
}

type Certified = Pick<ModelDirectory, 'path' | 'certificate'>

/** Returns whether the certificate was issued where the model computes. On the CPU one processor stands for the others. */
function isIssuedOn({ certificate }: Certified, { provider, name }: ComputingDevice): boolean {
  return certificate?.provider === provider && (provider === 'cpu' || certificate.device === name)
}

/** A GPU computes otherwise than the one that was certified: only a certificate of its own says that it does so rightly. */
export function findUncertified(directory: Certified, used: ComputingDevice): Problem[] {
  const { path, certificate } = directory
  const remedy = `keval-node certify ${path} --provider ${used.provider}`
  if (certificate === null) {
    if (used.provider === 'cpu') return []
    return [{ code: 'not_certified', message: `${path} was never certified on ${used.name}`, remedy }]
  }
  if (isIssuedOn(directory, used)) return []
  const { provider, device = 'a device without a name' } = certificate
  const message = `the certificate of ${path} was issued on ${device} by ${provider}, but the node computes on ${used.name} by ${used.provider}`
  return [{ code: 'certified_elsewhere', message, remedy }]
}

/** Returns whether a certificate holds for the device that computes. */
export const onDevice = (
  state: CertificateState,
  directory: Certified,
  used: ComputingDevice,
): CertificateState =>
  state.state === 'passed' && !isIssuedOn(directory, used) ? { state: 'missing' } : state

/** @throws ModelError when the certificate fails or belongs to other weights, unless forced */
export function checkCertificate(
  { certificate, path }: ModelDirectory,
  weightsDigest: string,
  force: boolean,
): CertificateState {
  if (!certificate) return { state: 'missing' }
  const issued_at = certificate.issuedAt
  const foreign = certificate.weightsDigest !== weightsDigest
  if (certificate.passed && !foreign) return { state: 'passed', issued_at }
  if (force) return { state: 'forced', issued_at }
  const failed = certificate.checks.filter((check) => !check.passed).map((check) => check.name)
  throw new ModelError(
    foreign
      ? `${path}: certificate.json was issued for other weights; run certify again or pass --force`
      : `${path}: the model failed its certificate (${failed.join(', ')}); pass --force to serve it all the same`,
  )
}
