import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

/** A certificate and its key, as PEM texts. */
interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of our own. */
export interface Authority {
  readonly cert: string;
  /** A certificate for 127.0.0.1, good for servers and clients; expired yesterday on request. */
  issue(options?: { readonly expired?: boolean }): Promise<KeyPair>;
}

/** An authority nobody has heard of yet. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const subject = `CN=${name}`;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: subject,
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(false),
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    cert: certificate.toString('pem'),
    issue: async ({ expired = false } = {}) => {
      const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const issued = await x509.X509CertificateGenerator.create({
        subject: 'CN=127.0.0.1',
        issuer: subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        ...validity(expired),
        extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
      });
      const key = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
      return { cert: issued.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
    },
  };
}

function validity(expired: boolean): { notBefore: Date; notAfter: Date } {
  const end = Date.now() + (expired ? -DAY_MS : DAY_MS);
  return { notBefore: new Date(end - 10 * DAY_MS), notAfter: new Date(end) };
}
