import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(crypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const ROLES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** A certificate and its key, as PEM texts. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate is to say; by default it is good for 127.0.0.1, today, in both roles. */
export interface Wanted {
  readonly expired?: boolean;
  readonly notYetValid?: boolean;
  readonly role?: 'server' | 'client';
  readonly names?: x509.JsonGeneralNames;
  /** Signed with its own key, and not the authority's. */
  readonly selfSigned?: boolean;
  /** How long it is still good, where it is. */
  readonly days?: number;
}

/** A certificate authority of our own. */
export interface Authority {
  readonly cert: string;
  issue(wanted?: Wanted): Promise<KeyPair>;
}

/** An authority nobody has heard of yet. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const authority = `CN=${name}`;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: authority,
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity({ days: 100 }),
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    cert: certificate.toString('pem'),
    issue: async (wanted = {}) => {
      const { role, selfSigned = false, names = [{ type: 'ip', value: '127.0.0.1' }] } = wanted;
      const own = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const subject = 'CN=127.0.0.1';
      const issued = await x509.X509CertificateGenerator.create({
        subject,
        issuer: selfSigned ? subject : authority,
        publicKey: own.publicKey,
        signingKey: selfSigned ? own.privateKey : keys.privateKey,
        signingAlgorithm: ALGORITHM,
        ...validity(wanted),
        extensions: [
          new x509.SubjectAlternativeNameExtension(names),
          ...(role ? [new x509.ExtendedKeyUsageExtension([ROLES[role]])] : []),
        ],
      });
      const key = await crypto.subtle.exportKey('pkcs8', own.privateKey);
      return { cert: issued.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
    },
  };
}

function validity({ expired, notYetValid, days = 1 }: Wanted): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  if (expired) return { notBefore: new Date(now - 10 * DAY_MS), notAfter: new Date(now - DAY_MS) };
  if (notYetValid) return { notBefore: new Date(now + DAY_MS), notAfter: new Date(now + 10 * DAY_MS) };
  // A little more, so that whole days are counted as given.
  return { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + days * DAY_MS + 600_000) };
}
