import type { ProfileName } from '../revocation/token.ts';
import type { TokenServiceError, TokenServiceErrorKind } from '../revocation/token-service.ts';
import { type Finding, notOk } from './finding.ts';

/** The codes of the system and of OpenSSL that say why there is no connection, and what they mean. */
const CONNECTION: readonly (readonly [RegExp, string])[] = [
  [/CERT_HAS_EXPIRED/, 'The certificate of the cluster has expired. Have it renewed.'],
  [/CERT_NOT_YET_VALID/, 'The certificate of the cluster is not valid yet. Check the clocks of both machines.'],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE/,
    'Nobody whom this machine trusts signed the certificate of the cluster. Set ca, below [profile.tls], to the PEM file of whoever did.',
  ],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID/,
    'The certificate of the cluster is for another host. Set host to a name that is in it.',
  ],
  [
    /ALERT_/,
    'The cluster refuses the certificate it was shown, or wants one. Set cert and key, below [profile.tls], to a pair it trusts.',
  ],
  [
    /ERR_SSL_|EPROTO/,
    'What listens there does not speak TLS as it should. Check port; for plain HTTP set disable = true below [profile.tls].',
  ],
  [/PEM|ERR_OSSL|ASN1/, 'A file named below [profile.tls] is not the PEM file it should be. Check ca, cert and key.'],
  [/ENOTFOUND|EAI_AGAIN/, 'Nobody knows a host of this name. Check host, and the DNS of this machine.'],
  [/ECONNREFUSED/, 'Nobody listens there. Check host and port.'],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT/,
    'It does not answer. Check host and port, and the firewalls on the way.',
  ],
  [
    /ECONNRESET|UND_ERR_SOCKET/,
    'The connection was cut. Check port, and that [profile.tls] is as the cluster wants it.',
  ],
];

const KINDS: Readonly<Record<TokenServiceErrorKind, string>> = {
  unauthenticated:
    'Make a new management token, and put it where this profile has it: mgmt_token_file, mgmt_token or the environment.',
  denied: 'Use a management token that may read and revoke database tokens.',
  throttled: 'The cluster asks to slow down. Run this again in a minute.',
  limited: 'The limits of the gateway are reached. Run this again in a minute.',
  invalid: 'Check product, and that the gateway has the same profiles as the bot.',
  busy: 'Look at the cluster, and at what is between it and the gateway.',
  lost: 'Look at the cluster, and at the gateway and its log.',
  protocol: 'What answers is not InfluxDB’s Management API. Check product, host and port.',
};

/** Why a token could not be read on this profile, in words, and how to mend it. */
export function troubleWith(profile: ProfileName, error: TokenServiceError): Finding {
  const { kind, status, message } = error;
  // `reading <id>: ` says nothing here.
  const why = message.replace(/^reading \S+: /, '').replace(/\.$/, '');
  const meaning = CONNECTION.find(([code]) => code.test(why))?.[1] ?? KINDS[kind];
  const what = kind === 'unauthenticated' ? 'the management token is not accepted' : 'the cluster cannot be asked';
  return notOk(`profile ${profile}: ${what}: ${why} (${status}). ${meaning}`);
}
