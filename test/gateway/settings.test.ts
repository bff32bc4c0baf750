import { expect, test } from 'vitest';
import { createBackend } from '../../src/gateway/backend.ts';
import { createManagementToken } from '../../src/gateway/management-token.ts';
import { type GatewaySettings, parseGatewaySettings, secretsOf } from '../../src/gateway/settings.ts';
import { UNLIMITED } from './start-gateway.ts';

const CLUSTER: GatewaySettings['clusters'][number] = {
  name: 'default',
  product: 'clustered',
  host: 'cluster.example.com',
  port: 443,
  managementToken: { value: 'secret-value' },
  tls: { insecure: false, disable: false },
  limits: UNLIMITED,
};
const SETTINGS: GatewaySettings = {
  listen: 'unix:/run/gateway/gateway.sock',
  budgetFile: '/var/lib/gateway/budget.ndjson',
  clusters: [CLUSTER, { ...CLUSTER, name: 'other', managementToken: { file: '/run/secrets/token' } }],
  logLevel: 'info',
};

const TLS = { ca: '/ca.pem', cert: '/gateway.pem', key: '/gateway.key', clients: ['spiffe://example.com/bot'] };

test.each([
  ['of a socket', SETTINGS],
  ['of a port', { ...SETTINGS, listen: '0.0.0.0:8443', tls: TLS }],
])('settings %s survive the way through JSON', (_what, settings) => {
  expect(parseGatewaySettings(JSON.stringify(settings))).toEqual(settings);
});

test.each([
  ['not JSON', '{"clusters": [{"managementToken": {"value": "secret-value"}'],
  ['a port without certificates', JSON.stringify({ ...SETTINGS, listen: '0.0.0.0:8443' })],
  ['a port that lets in nobody', JSON.stringify({ ...SETTINGS, listen: '0.0.0.0:8443', tls: { ...TLS, clients: [] } })],
  ['a socket with certificates, which nobody would look at', JSON.stringify({ ...SETTINGS, tls: TLS })],
  ['no clusters', JSON.stringify({ ...SETTINGS, clusters: [] })],
  ['an unknown key', JSON.stringify({ ...SETTINGS, slackToken: 'secret-value' })],
  [
    'a token that is no text',
    JSON.stringify({ ...SETTINGS, clusters: [{ ...CLUSTER, managementToken: { value: 7 } }] }),
  ],
  ['no limits', JSON.stringify({ ...SETTINGS, clusters: [{ ...CLUSTER, limits: {} }] })],
])('%s is refused without repeating a value', (_what, line) => {
  expect(() => parseGatewaySettings(line)).toThrow(/^The gateway's settings are (?!.*secret-value)/);
});

test('names the secrets among them for the logger', () => {
  expect(secretsOf(SETTINGS)).toEqual(['secret-value']);
});

test.each([
  ['clustered without a host', { product: 'clustered', host: undefined }, 'needs a host'],
  ['dedicated without an account', { product: 'dedicated', clusterId: 'c' }, 'needs an account ID and a cluster ID'],
  ['dedicated without a cluster', { product: 'dedicated', accountId: 'a' }, 'needs an account ID and a cluster ID'],
] as const)('%s does not start', (_what, changes, message) => {
  const settings = { ...CLUSTER, ...changes };
  const managementToken = createManagementToken(settings.managementToken);

  expect(() => createBackend({ settings, managementToken })).toThrow(message);
});
