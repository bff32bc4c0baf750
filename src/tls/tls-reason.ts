const EXPIRED = 'its certificate has expired';
const EARLY = 'its certificate is not valid yet';
const STRANGER = 'its certificate is signed by an authority that `ca` does not hold';
const SELF_SIGNED = 'its certificate is signed by itself';
const PURPOSE = 'its certificate is made for the other role: client and server are not the same';
const OLD = 'it does not speak TLS 1.3';
const NO_TLS = 'it does not speak TLS';
const CLOSED = 'it closed the connection during the handshake';

/** OpenSSL's and Node's names for what goes wrong; each seen in the tests, or its neighbour. */
const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: EARLY,
  CERT_SIGNATURE_FAILURE: STRANGER,
  SELF_SIGNED_CERT_IN_CHAIN: STRANGER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: STRANGER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: STRANGER,
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  INVALID_PURPOSE: PURPOSE,
  UNABLE_TO_GET_ISSUER_CERT: STRANGER,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  ERR_SSL_UNSUPPORTED_PROTOCOL: OLD,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OLD,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it wants a certificate',
  ERR_SSL_HTTP_REQUEST: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_TLS_HANDSHAKE_TIMEOUT: 'it did not finish the handshake in time',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
};

/** Why a connection was refused or not made, in words about the other end: `it does not speak TLS`. */
export function tlsReason(code: unknown): string {
  return (typeof code === 'string' && REASONS[code]) || `the handshake failed (${String(code)})`;
}
