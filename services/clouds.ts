// Where Microsoft's services stand in each national cloud. Data only.

export const CLOUDS = ['public', 'usgov', 'usgovdod', 'china'] as const;
export type Cloud = (typeof CLOUDS)[number];

/** Origins and issuers of one cloud. Sources: Microsoft Graph docs "National cloud deployments", Bot Framework docs "Azure Government". */
export interface CloudAddresses {
  readonly entraUrl: string;
  readonly graphUrl: string;
  /** OpenID configuration of the keys that sign tokens from the channel to the bot. */
  readonly channelMetadataUrl: string;
  /** The `iss` claim of those tokens. */
  readonly channelIssuer: string;
  /** Scope (without `/.default`) of the bot's own tokens to the channel. */
  readonly channelScope: string;
  /** Prefixes of the Bot Connector addresses of Teams. */
  readonly serviceUrls: readonly string[];
}

const PUBLIC: CloudAddresses = {
  entraUrl: 'https://login.microsoftonline.com',
  graphUrl: 'https://graph.microsoft.com',
  channelMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  channelIssuer: 'https://api.botframework.com',
  channelScope: 'https://api.botframework.com',
  serviceUrls: ['https://smba.trafficmanager.net/', 'https://smba.infra.gcc.teams.microsoft.com/'],
};

const US_GOVERNMENT = {
  entraUrl: 'https://login.microsoftonline.us',
  channelMetadataUrl: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
  channelIssuer: 'https://api.botframework.us',
  channelScope: 'https://api.botframework.us',
};

export const CLOUD_ADDRESSES: Readonly<Record<Cloud, CloudAddresses>> = {
  public: PUBLIC,
  usgov: {
    ...US_GOVERNMENT,
    graphUrl: 'https://graph.microsoft.us',
    serviceUrls: ['https://smba.infra.gov.teams.microsoft.us/'],
  },
  usgovdod: {
    ...US_GOVERNMENT,
    graphUrl: 'https://dod-graph.microsoft.us',
    serviceUrls: ['https://smba.infra.dod.teams.microsoft.us/'],
  },
  china: {
    entraUrl: 'https://login.chinacloudapi.cn',
    graphUrl: 'https://microsoftgraph.chinacloudapi.cn',
    channelMetadataUrl: 'https://login.botframework.azure.cn/v1/.well-known/openidconfiguration',
    channelIssuer: 'https://api.botframework.azure.cn',
    channelScope: 'https://api.botframework.azure.cn',
    serviceUrls: ['https://frontend.botapi.msg.infra.teams.microsoftonline.cn/'],
  },
};
