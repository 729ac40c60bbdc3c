// The domains of every seeded tenant, one of each kind that Graph can list. Data only.
import type { Domain } from '../model.ts';

/** Domain names by their part in the tenant. */
export const seedDomains = {
  main: 'contoso.com',
  sales: 'sales.contoso.com',
  eu: 'eu.contoso.com',
  second: 'fabrikam.com',
  unverified: 'contoso-labs.com',
  initial: 'contoso.onmicrosoft.com',
} as const;

const mail = ['Email', 'OfficeCommunicationsOnline', 'Intune'];

/** As `GET /domains` lists them; `isRoot` is false for subdomains and for unverified domains. */
export const domains: readonly Domain[] = [
  domain(seedDomains.main, { isDefault: true, isRoot: true, supportedServices: mail }),
  domain(seedDomains.sales, { supportedServices: mail }),
  domain(seedDomains.eu, { supportedServices: mail }),
  domain(seedDomains.second, { isRoot: true, authenticationType: 'Federated', supportedServices: mail }),
  domain(seedDomains.unverified, { isVerified: false }),
  domain(seedDomains.initial, {
    isInitial: true,
    isRoot: true,
    supportedServices: ['Email', 'OfficeCommunicationsOnline'],
  }),
];

/** Office 365 E3 as assigned to an ordinary account. */
export const officeLicence = [{ skuId: '6fd2c87f-b296-42f0-b197-1e91e994b900', disabledPlans: [] }] as const;

function domain(id: string, given: Partial<Domain>): Domain {
  return {
    id,
    authenticationType: 'Managed',
    isDefault: false,
    isInitial: false,
    isRoot: false,
    isVerified: true,
    supportedServices: [],
    ...given,
  };
}
