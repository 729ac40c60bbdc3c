// Settings: every rule, all problems at once, and what follows from what is left out.
import assert from 'node:assert/strict';
import { CLOUD_ADDRESSES } from '../../services/clouds.ts';
import { parseConfig, parseKeySettings, readConfig, type Config } from '../../services/config.ts';
import { AppError } from '../../services/errors.ts';

type Environment = Record<string, string | undefined>;

const GUID = 'AAAAAAAA-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const TENANT = '11111111-2222-4333-8444-555555555555';
const KEY = Buffer.alloc(32, 7).toString('base64');
const LEAST: Environment = {
  MONGODB_URI: 'mongodb://db:27017/rollcall',
  MicrosoftAppId: GUID,
  MicrosoftAppPassword: 'bot-password',
  MicrosoftAppTenantId: TENANT,
};

/** The problems by name; an empty object when there are none. */
function problemsOf(env: Environment): Record<string, string> {
  const parsed = parseConfig(env);
  return parsed.ok ? {} : Object.fromEntries(parsed.problems.map(({ name, problem }) => [name, problem]));
}
const read = (change: Environment = {}): Config => readConfig({ ...LEAST, ...change });

describe('settings', () => {
  it('need no more than a database and a bot', () => {
    const config = read();
    assert.equal(config.port, 3978);
    assert.equal(config.host, undefined);
    assert.equal(config.publicUrl, 'http://localhost:3978');
    assert.equal(config.logLevel, 'info');
    assert.equal(config.cloud, 'public');
    assert.equal(config.mongodbUri.reveal(), 'mongodb://db:27017/rollcall');
    assert.deepEqual([...config.allowedTenants], [TENANT]);
    assert.deepEqual(config.tokenKeys, []);
    assert.equal(config.graph.url, 'https://graph.microsoft.com');
    assert.equal(config.entra.url, 'https://login.microsoftonline.com');
  });

  it('take the bot for the app that reads, unless another is given', () => {
    const own = read().entra;
    assert.equal(own.clientId, GUID);
    assert.equal(own.clientSecret.reveal(), 'bot-password');
    const other = read({ ROLLCALL_ENTRA_CLIENT_ID: TENANT, ROLLCALL_ENTRA_CLIENT_SECRET: 's' }).entra;
    assert.equal(other.clientId, TENANT);
    assert.equal(other.clientSecret.reveal(), 's');
  });

  it('that are missing are named all at once', () => {
    assert.deepEqual(problemsOf({}), {
      MONGODB_URI: 'is missing',
      MicrosoftAppId: 'is missing',
      MicrosoftAppPassword: 'is missing',
      MicrosoftAppTenantId: 'is missing (needed for MicrosoftAppType SingleTenant)',
    });
  });

  it('that are wrong are named together with those that are missing', () => {
    const names = Object.keys(
      problemsOf({
        ...LEAST,
        MONGODB_URI: undefined,
        PORT: 'many',
        ROLLCALL_CLOUD: 'mars',
        MicrosoftAppId: 'x',
      }),
    );
    assert.deepEqual(names.sort(), ['MONGODB_URI', 'MicrosoftAppId', 'PORT', 'ROLLCALL_CLOUD']);
  });

  it('that are empty or blank count as not given', () => {
    const optional: Environment = {
      PORT: '',
      ROLLCALL_HOST: '',
      MicrosoftAppType: '',
      ROLLCALL_PUBLIC_URL: '',
      ROLLCALL_ENTRA_CLIENT_ID: '',
      ROLLCALL_ENTRA_CLIENT_SECRET: '',
      ROLLCALL_ALLOWED_TENANTS: '',
      ROLLCALL_TOKEN_KEYS: '',
      ROLLCALL_CLOUD: '',
      ROLLCALL_ENTRA_URL: '',
      ROLLCALL_GRAPH_URL: '',
      ROLLCALL_CHANNEL_METADATA_URL: '',
      ROLLCALL_CHANNEL_TOKEN_URL: '',
      ROLLCALL_ALLOWED_SERVICE_URLS: '',
      ROLLCALL_CHANNEL_AUTHENTICATION: '',
      ROLLCALL_LOG_LEVEL: '',
    };
    assert.deepEqual(problemsOf({ ...LEAST, ...optional }), {});
    const blank = Object.fromEntries(Object.keys(optional).map((name) => [name, '  ']));
    assert.deepEqual(problemsOf({ ...LEAST, ...blank }), {});
    for (const name of Object.keys(LEAST)) {
      assert.match(problemsOf({ ...LEAST, [name]: '' })[name] ?? '', /^is missing/);
      assert.match(problemsOf({ ...LEAST, [name]: ' ' })[name] ?? '', /^is missing/);
    }
  });

  it('are thrown as one error with every problem in its details, and no value', () => {
    assert.throws(
      () => readConfig({ MicrosoftAppPassword: 'hush' }),
      (error) =>
        error instanceof AppError &&
        error.code === 'bad-settings' &&
        error.details.MONGODB_URI === 'is missing' &&
        !JSON.stringify(error.details).includes('hush'),
    );
  });

  describe('rules', () => {
    const GOOD: readonly [name: string, value: string][] = [
      ['PORT', '0'],
      ['PORT', '65535'],
      ['MONGODB_URI', 'mongodb+srv://user:p%40ss@cluster.example.net/rollcall?retryWrites=true'],
      ['MONGODB_URI', 'mongodb://a:1,b:2/rollcall?replicaSet=rs'],
      ['MicrosoftAppId', ` ${GUID} `],
      ['ROLLCALL_PUBLIC_URL', 'https://bot.example.com'],
      ['ROLLCALL_PUBLIC_URL', 'http://localhost:3978/'],
      ['ROLLCALL_ALLOWED_TENANTS', `${TENANT}, ${GUID} ,`],
      ['ROLLCALL_TOKEN_KEYS', `a:${KEY},b:${KEY}`],
      ['ROLLCALL_CLOUD', 'usgovdod'],
      ['ROLLCALL_ENTRA_URL', 'https://localhost:3981/'],
      ['ROLLCALL_GRAPH_URL', 'https://127.0.0.1:3980'],
      ['ROLLCALL_CHANNEL_METADATA_URL', 'http://127.0.0.1:3979/v1/.well-known/openidconfiguration'],
      ['ROLLCALL_CHANNEL_TOKEN_URL', 'https://localhost:3981'],
      ['ROLLCALL_ALLOWED_SERVICE_URLS', 'http://localhost:3979/,https://smba.example.com/emea'],
      ['ROLLCALL_CHANNEL_AUTHENTICATION', 'on'],
      ['ROLLCALL_LOG_LEVEL', 'debug'],
    ];
    for (const [name, value] of GOOD)
      it(`take ${name}=${value}`, () => {
        assert.deepEqual(problemsOf({ ...LEAST, [name]: value }), {});
      });

    const BAD: readonly [name: string, value: string, problem: RegExp][] = [
      ['PORT', '65536', /65535/],
      ['PORT', '-1', /0/],
      ['PORT', '80.5', /whole number/],
      ['PORT', 'http', /whole number/],
      ['PORT', '0x10', /whole number/],
      ['MONGODB_URI', 'postgres://db/rollcall', /must begin with mongodb/],
      ['MONGODB_URI', 'mongodb://db:27017', /database name/],
      ['MONGODB_URI', 'mongodb://db:27017/', /database name/],
      ['MONGODB_URI', 'mongodb://db:27017/?tls=true', /database name/],
      ['MicrosoftAppId', 'rollcall', /GUID/],
      ['MicrosoftAppType', 'Multi', /SingleTenant/],
      ['MicrosoftAppTenantId', 'contoso.com', /GUID/],
      ['ROLLCALL_PUBLIC_URL', 'http://bot.example.com', /https/],
      ['ROLLCALL_PUBLIC_URL', 'https://bot.example.com/bot', /origin/],
      ['ROLLCALL_PUBLIC_URL', 'bot.example.com', /https/],
      ['ROLLCALL_ENTRA_CLIENT_ID', 'app', /GUID/],
      ['ROLLCALL_ALLOWED_TENANTS', `${TENANT},contoso`, /GUID/],
      ['ROLLCALL_TOKEN_KEYS', KEY, /id:key/],
      ['ROLLCALL_TOKEN_KEYS', 'a:c2hvcnQ=', /32 bytes/],
      ['ROLLCALL_TOKEN_KEYS', `a:${KEY},a:${KEY}`, /twice/],
      ['ROLLCALL_CLOUD', 'germany', /public/],
      ['ROLLCALL_ENTRA_URL', 'http://localhost:3981', /https origin/],
      ['ROLLCALL_ENTRA_URL', 'https://login.example.com/tenant', /https origin/],
      ['ROLLCALL_GRAPH_URL', 'https://user:pw@graph.example.com', /https origin/],
      ['ROLLCALL_GRAPH_URL', 'https://graph.example.com?x=1', /https origin/],
      ['ROLLCALL_GRAPH_URL', 'graph.example.com', /https origin/],
      ['ROLLCALL_CHANNEL_METADATA_URL', 'http://keys.example.com/x', /https/],
      ['ROLLCALL_CHANNEL_TOKEN_URL', 'http://localhost', /https origin/],
      ['ROLLCALL_ALLOWED_SERVICE_URLS', 'http://smba.example.com', /https/],
      ['ROLLCALL_CHANNEL_AUTHENTICATION', 'maybe', /on/],
      ['ROLLCALL_CHANNEL_AUTHENTICATION', 'off', /ROLLCALL_HOST/],
      ['ROLLCALL_LOG_LEVEL', 'loud', /info/],
    ];
    for (const [name, value, problem] of BAD)
      it(`refuse ${name}=${value}`, () => {
        const problems = problemsOf({ ...LEAST, [name]: value, ...ownApp(name) });
        assert.deepEqual(Object.keys(problems), [name]);
        assert.match(problems[name] ?? '', problem);
        // Words of ours, not of the parser's.
        assert.match(problems[name] ?? '', /^(must|may) /);
      });

    it('do not repeat secrets', () => {
      const env = { ...LEAST, MONGODB_URI: 'mongodb://user:hush@db', ROLLCALL_TOKEN_KEYS: 'a:hush' };
      assert.ok(!JSON.stringify(parseConfig(env)).includes('hush'));
    });
  });

  describe('of the bot', () => {
    const msi = { MicrosoftAppType: 'UserAssignedMSI', MicrosoftAppPassword: undefined };

    it('with one tenant need its id and a password', () => {
      const { credential } = read().bot;
      assert.ok(credential.type === 'SingleTenant');
      assert.equal(credential.tenantId, TENANT);
      assert.equal(credential.password.reveal(), 'bot-password');
    });

    it('with many tenants need the list of those allowed, and no own tenant', () => {
      const many = { MicrosoftAppType: 'MultiTenant', MicrosoftAppTenantId: undefined };
      assert.deepEqual(problemsOf({ ...LEAST, ...many }), {
        ROLLCALL_ALLOWED_TENANTS: 'is missing (needed for MicrosoftAppType MultiTenant)',
      });
      const config = read({ ...many, ROLLCALL_ALLOWED_TENANTS: GUID });
      assert.equal(config.bot.credential.type, 'MultiTenant');
      assert.deepEqual([...config.allowedTenants], [GUID.toLowerCase()]);
    });

    it('with a managed identity have no password, so the app that reads needs its own', () => {
      assert.deepEqual(problemsOf({ ...LEAST, ...msi }), {
        ROLLCALL_ENTRA_CLIENT_SECRET: 'is missing (or give ROLLCALL_ENTRA_CLIENT_CERTIFICATE)',
      });
      const config = read({ ...msi, ROLLCALL_ENTRA_CLIENT_SECRET: 's' });
      assert.deepEqual(config.bot.credential, { type: 'UserAssignedMSI', tenantId: TENANT });
    });

    it('need the secret of the app that reads when that is another', () => {
      assert.deepEqual(problemsOf({ ...LEAST, ROLLCALL_ENTRA_CLIENT_ID: TENANT }), {
        ROLLCALL_ENTRA_CLIENT_SECRET: 'is missing (or give ROLLCALL_ENTRA_CLIENT_CERTIFICATE)',
      });
    });

    it('switch channel authentication off on this machine only', () => {
      const off = { ROLLCALL_CHANNEL_AUTHENTICATION: 'off' };
      assert.equal(read().channel.authentication, true);
      for (const host of ['127.0.0.1', '::1', 'localhost'])
        assert.equal(read({ ...off, ROLLCALL_HOST: host }).channel.authentication, false);
      for (const host of ['0.0.0.0', '::', '', '10.0.0.1'])
        assert.deepEqual(Object.keys(problemsOf({ ...LEAST, ...off, ROLLCALL_HOST: host })), [
          'ROLLCALL_CHANNEL_AUTHENTICATION',
        ]);
    });
  });

  describe('of addresses', () => {
    for (const cloud of ['public', 'usgov', 'usgovdod', 'china'] as const)
      it(`come from the cloud ${cloud}`, () => {
        const { channel, entra, graph } = read({ ROLLCALL_CLOUD: cloud });
        const expected = CLOUD_ADDRESSES[cloud];
        assert.equal(graph.url, expected.graphUrl);
        assert.equal(entra.url, expected.entraUrl);
        assert.equal(channel.tokenUrl, expected.entraUrl);
        assert.equal(channel.metadataUrl, expected.channelMetadataUrl);
        assert.equal(channel.issuer, expected.channelIssuer);
        assert.deepEqual(channel.allowedServiceUrls, expected.serviceUrls);
      });

    it('can point elsewhere, and lose a slash at their end', () => {
      const config = read({
        ROLLCALL_PUBLIC_URL: 'https://bot.example.com/',
        ROLLCALL_ENTRA_URL: 'https://localhost:3981/',
        ROLLCALL_GRAPH_URL: 'https://localhost:3980/',
        ROLLCALL_CHANNEL_METADATA_URL: 'http://127.0.0.1:3979/openid',
        ROLLCALL_ALLOWED_SERVICE_URLS: 'http://127.0.0.1:3979/',
      });
      assert.equal(config.publicUrl, 'https://bot.example.com');
      assert.equal(config.entra.url, 'https://localhost:3981');
      assert.equal(config.graph.url, 'https://localhost:3980');
      assert.equal(config.channel.tokenUrl, 'https://localhost:3981');
      assert.equal(config.channel.metadataUrl, 'http://127.0.0.1:3979/openid');
      assert.deepEqual(config.channel.allowedServiceUrls, ['http://127.0.0.1:3979/']);
    });

    it('of the bot’s own tokens can differ from where people sign in', () => {
      const { channel, entra } = read({ ROLLCALL_CHANNEL_TOKEN_URL: 'https://localhost:1' });
      assert.equal(channel.tokenUrl, 'https://localhost:1');
      assert.equal(entra.url, 'https://login.microsoftonline.com');
    });
  });

  it('can sign in with a certificate in the place of a secret', () => {
    const path = '/run/secrets/rollcall.pem';
    const { entra } = read({ ROLLCALL_ENTRA_CLIENT_ID: TENANT, ROLLCALL_ENTRA_CLIENT_CERTIFICATE: path });
    assert.equal(entra.clientCertificatePath, path);
    assert.equal(entra.clientSecret.reveal(), '');
    const both = { ROLLCALL_ENTRA_CLIENT_CERTIFICATE: path, ROLLCALL_ENTRA_CLIENT_SECRET: 's' };
    assert.match(problemsOf({ ...LEAST, ...both }).ROLLCALL_ENTRA_CLIENT_CERTIFICATE ?? '', /together/);
    assert.equal(read().entra.clientCertificatePath, null);
  });

  it('say when the client secret ends, a day by its first moment', () => {
    const ends = (value: string) => read({ ROLLCALL_CLIENT_SECRET_EXPIRES: value }).entra.clientSecretExpires;
    assert.deepEqual(ends('2027-05-31'), new Date('2027-05-31T00:00:00Z'));
    assert.deepEqual(ends('2027-05-31T12:00:00+02:00'), new Date('2027-05-31T10:00:00Z'));
    assert.equal(read().entra.clientSecretExpires, null);
    for (const value of ['31.05.2027', '2027-02-30', 'soon'])
      assert.deepEqual(problemsOf({ ...LEAST, ROLLCALL_CLIENT_SECRET_EXPIRES: value }), {
        ROLLCALL_CLIENT_SECRET_EXPIRES: 'must be a date such as 2027-05-31',
      });
  });

  it('take the token of another issuer instead of the bot’s password, unless a proof is named', () => {
    const file = { AZURE_FEDERATED_TOKEN_FILE: '/var/run/token' };
    const { federatedTokenPath, clientSecret } = read(file).entra;
    assert.deepEqual([federatedTokenPath, clientSecret.reveal()], ['/var/run/token', '']);
    assert.equal(read({ ...file, ROLLCALL_ENTRA_CLIENT_SECRET: 's' }).entra.federatedTokenPath, null);
    assert.equal(read({ ...file, ROLLCALL_ENTRA_CLIENT_CERTIFICATE: '/x' }).entra.federatedTokenPath, null);
    const identity = { ...LEAST, MicrosoftAppType: 'UserAssignedMSI', MicrosoftAppPassword: undefined };
    assert.deepEqual(problemsOf({ ...identity, ...file }), {});
    assert.ok('ROLLCALL_ENTRA_CLIENT_SECRET' in problemsOf(identity));
  });

  it('name the addresses from which Rollcall calls', () => {
    const { egressAddresses } = read({
      ROLLCALL_EGRESS_ADDRESSES: '203.0.113.7, 203.0.113.0/28,2001:db8::/64',
    });
    assert.deepEqual(egressAddresses, ['203.0.113.7', '203.0.113.0/28', '2001:db8::/64']);
    assert.deepEqual(read().egressAddresses, []);
    for (const value of ['rollcall.example', '203.0.113.300', '203.0.113.7;203.0.113.8'])
      assert.match(
        problemsOf({ ...LEAST, ROLLCALL_EGRESS_ADDRESSES: value }).ROLLCALL_EGRESS_ADDRESSES ?? '',
        /^must be a list of IP addresses or networks/,
      );
  });

  it('of kept credentials are enough to rotate keys', () => {
    const least = { MONGODB_URI: 'mongodb://db/rollcall', ROLLCALL_TOKEN_KEYS: `a:${KEY}` };
    const parsed = parseKeySettings(least);
    assert.ok(parsed.ok);
    assert.equal(parsed.tokenKeys[0]?.id, 'a');
    assert.deepEqual(parseKeySettings({ ROLLCALL_TOKEN_KEYS: 'a:short' }), {
      ok: false,
      problems: [
        { name: 'MONGODB_URI', problem: 'is missing' },
        {
          name: 'ROLLCALL_TOKEN_KEYS',
          problem: 'must be a list of id:key, each key being 32 bytes in base64',
        },
      ],
    });
  });

  it('keep token keys in order and in secret', () => {
    const other = Buffer.alloc(32, 8).toString('base64');
    const { tokenKeys } = read({ ROLLCALL_TOKEN_KEYS: `new:${other}, old:${KEY}` });
    assert.deepEqual(
      tokenKeys.map(({ id, key }) => [id, key.reveal()]),
      [
        ['new', other],
        ['old', KEY],
      ],
    );
    assert.ok(!JSON.stringify(tokenKeys).includes(KEY));
  });
});

/** Naming another app asks for its secret too; that is not what these cases are about. */
const ownApp = (name: string): Environment =>
  name === 'ROLLCALL_ENTRA_CLIENT_ID' ? { ROLLCALL_ENTRA_CLIENT_SECRET: 's' } : {};
