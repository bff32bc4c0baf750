import { expect, test } from 'vitest';
import { troubleWith } from '../../src/doctor/cluster-words.ts';
import { TokenServiceError, type TokenServiceErrorKind } from '../../src/revocation/token-service.ts';

const reading = 'reading 00000000-0000-0000-0000-000000000000: ';

function words(kind: TokenServiceErrorKind, why: string, status = 'ABORTED'): string {
  const { ok, text } = troubleWith('prod', new TokenServiceError(kind, `${reading}${why}`, { status }));
  expect(ok).toBe(false);
  return text;
}

test.each([
  ['CERT_HAS_EXPIRED', /has expired/],
  ['CERT_NOT_YET_VALID', /clocks/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /Set ca, below/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /Set ca, below/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /Set ca, below/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /Set ca, below/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /is for another host/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /Set cert and key/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
  ['EPROTO', /does not speak TLS/],
  ['ERR_OSSL_PEM_NO_START_LINE', /not the PEM file/],
  ['ENOTFOUND', /Nobody knows a host of this name/],
  ['EAI_AGAIN', /DNS/],
  ['ECONNREFUSED', /Nobody listens there/],
  ['UND_ERR_CONNECT_TIMEOUT', /firewalls/],
  ['ECONNRESET', /was cut/],
])('%s is said in words', (code, cure) => {
  const text = words('busy', `the cluster cannot be reached: ${code}`);

  expect(text).toMatch(cure);
  expect(text.startsWith(`profile prod: the cluster cannot be asked: the cluster cannot be reached: ${code} (`)).toBe(
    true,
  );
});

test.each([
  ['unauthenticated', /^profile prod: the management token is not accepted: why \(HTTP 401\)\. Make a new management/],
  ['denied', /may read and revoke/],
  ['throttled', /slow down/],
  ['limited', /limits of the gateway/],
  ['invalid', /same profiles/],
  ['busy', /Look at the cluster/],
  ['lost', /the gateway and its log/],
  ['protocol', /not InfluxDB’s Management API/],
] as const)('%s comes with its cure', (kind, cure) => {
  expect(words(kind, 'why', 'HTTP 401')).toMatch(cure);
});
