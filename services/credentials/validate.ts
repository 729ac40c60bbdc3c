// Validates an authorization: makes the calls that a sync will make, looks for answers that lack what a missing
// permission hides, and compares roles and permissions with what is needed. Keeps nothing, tells nobody.
import { capabilitiesOf } from './candidates.ts';
import { APP_PERMISSIONS } from './consent.ts';
import { permissionsMissing, permissionsUnneeded, PROBLEMS } from './problems.ts';
import { decideRoles } from './roles.ts';
import type { Capability, Credential } from '../directory/credential.ts';
import type { Finding } from '../directory/credential-store.ts';
import type { KnownPerson } from '../directory/person.ts';
import { toAppError } from '../errors.ts';

/** Small reads with one sign-in. All throw `graph-…`, `sign-in-…` and the signal's reason. */
export interface Probe {
  /** `nulls`: objects came without their properties, as they do for want of a permission. */
  probe(capability: Capability, signal: AbortSignal): Promise<'good' | 'nulls'>;
  /** Template ids of the directory roles of the account; null when Graph does not tell. */
  readRoleTemplates(signal: AbortSignal): Promise<readonly string[] | null>;
  /** Somebody of the organisation; null for nobody. */
  readPerson(objectId: string, signal: AbortSignal): Promise<KnownPerson | null>;
  /** Application permissions of the sign-in; empty when they are not told. */
  readPermissions(signal: AbortSignal): Promise<ReadonlySet<string>>;
}

/** What validation needs to know of a credential, kept or about to be. */
export interface Candidate extends Pick<Credential, 'grant' | 'kind'> {
  /** From the id token; null when it did not tell. */
  readonly roleTemplateIds: readonly string[] | null;
}

/** Throws what failed for a while, and what Microsoft refused; anything else is a finding. */
export async function validate(
  candidate: Candidate,
  probe: Probe,
  at: Date,
  signal: AbortSignal,
): Promise<Finding> {
  return candidate.kind === 'application'
    ? validateApp(probe, at, signal)
    : validateAccount(candidate, probe, at, signal);
}

async function validateAccount(
  candidate: Candidate,
  probe: Probe,
  at: Date,
  signal: AbortSignal,
): Promise<Finding> {
  for (const capability of capabilitiesOf(candidate))
    if ((await probe.probe(capability, signal)) === 'nulls')
      return { state: 'failed', problem: PROBLEMS.nothingRead(at) };
  const templates = candidate.roleTemplateIds ?? (await probe.readRoleTemplates(signal));
  const roles = decideRoles(templates);
  if (roles === 'missing') return { state: 'warning', problem: PROBLEMS.rolesMissing(at) };
  if (roles === 'unknown') return { state: 'warning', problem: PROBLEMS.rolesUnknown(at) };
  return { state: 'good' };
}

/** The app reads users and groups or is of no use; without domains and hidden members it reads less, and says so. */
async function validateApp(probe: Probe, at: Date, signal: AbortSignal): Promise<Finding> {
  const granted = await probe.readPermissions(signal);
  const missing = APP_PERMISSIONS.filter((permission) => !granted.has(permission));
  for (const capability of ['users', 'groups'] as const) {
    const answer = await probe.probe(capability, signal).catch((error: unknown) => {
      if (toAppError(error).code !== 'graph-forbidden' || missing.length === 0) throw error;
      return 'denied' as const;
    });
    if (answer === 'denied') return { state: 'failed', problem: permissionsMissing(missing, at) };
    if (answer === 'nulls') return { state: 'failed', problem: PROBLEMS.nothingRead(at) };
  }
  // A token that tells no permissions although it can read is one that we cannot look into.
  if (granted.size === 0) return { state: 'good' };
  if (missing.length > 0) return { state: 'warning', problem: permissionsMissing(missing, at) };
  const unneeded = [...granted].filter((permission) => !APP_PERMISSIONS.includes(permission));
  if (unneeded.length > 0) return { state: 'warning', problem: permissionsUnneeded(unneeded, at) };
  await probe.probe('domains', signal);
  return { state: 'good' };
}
