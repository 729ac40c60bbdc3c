// When an administrator's consent is what is missing. Data and one rule; who asks for consent is elsewhere.
import type { CredentialProblem } from './credential.ts';

/** Numbers that mean that an administrator has to consent (Entra docs: error codes). */
export const CONSENT_NEEDED: ReadonlySet<unknown> = new Set([65001, 90094, 90095, 65005, 650056, 650057]);

/** The last two: the application is not in this organisation yet, and consent brings it there. */
const ENDED_BY_CONSENT: ReadonlySet<unknown> = new Set([...CONSENT_NEEDED, 700016, 700011]);

/** Whether a problem that was kept goes away when an administrator consents for the organisation. */
export const endsWithConsent = ({ code }: Pick<CredentialProblem, 'code'>): boolean =>
  code === 'permission-missing' || ENDED_BY_CONSENT.has(Number(/^AADSTS(\d+)$/.exec(code)?.[1]));
