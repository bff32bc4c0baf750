import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import * as der from './der.ts';

/** Until when, and since when. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** What one certificate is for. */
export interface Purpose extends Validity {
  readonly role: 'server' | 'client';
  /** Host names, addresses, or URIs. */
  readonly names: readonly string[];
}

/** A certificate and its key, as PEM texts. */
export interface CertifiedKey {
  readonly cert: string;
  readonly key: string;
}

/** An authority that lives as long as this object: its key is written nowhere. */
export interface Authority {
  /** Its own certificate, as a PEM text. */
  readonly cert: string;
  issue(purpose: Purpose): CertifiedKey;
}

const ECDSA_WITH_SHA256 = der.sequence(der.objectIdentifier('1.2.840.10045.4.3.2'));
const ROLES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

/** A new authority of this name, which may sign certificates of programs and of no other authority (RFC 5280). */
export function createAuthority(name: string, validity: Validity): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = { issuer: name, signer: keys.privateKey };
  const authorityOnly = [
    extension('2.5.29.19', der.sequence(der.yes(), der.integer(Buffer.from([0]))), 'critical'),
    extension('2.5.29.15', der.bits(Buffer.from([0b0000_0110]), 1), 'critical'), // signs certificates and lists of revoked ones
    extension('2.5.29.14', der.octets(keyIdentifier(keys.publicKey))),
  ];
  return {
    cert: certificate({ ...signed, ...validity, subject: name, subjectKey: keys.publicKey, extensions: authorityOnly }),
    issue: ({ role, names, ...dates }) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const extensions = [
        extension('2.5.29.19', der.sequence(), 'critical'),
        extension('2.5.29.15', der.bits(Buffer.from([0b1000_0000]), 7), 'critical'), // signs the handshake
        extension('2.5.29.37', der.sequence(der.objectIdentifier(ROLES[role]))),
        extension('2.5.29.14', der.octets(keyIdentifier(own.publicKey))),
        extension('2.5.29.35', der.sequence(der.tagged(0, 'instead', keyIdentifier(keys.publicKey)))),
        extension('2.5.29.17', der.sequence(...names.map(generalName))),
      ];
      const subject = `${name} ${role}`;
      return {
        cert: certificate({ ...signed, ...dates, subject, subjectKey: own.publicKey, extensions }),
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

interface CertificateParts extends Validity {
  readonly issuer: string;
  readonly subject: string;
  readonly subjectKey: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}

function certificate({ issuer, subject, subjectKey, signer, extensions, ...validity }: CertificateParts): string {
  const serial = randomBytes(16);
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f); // positive, and never shorter
  const toBeSigned = der.sequence(
    der.tagged(0, 'around', der.integer(Buffer.from([2]))), // version 3
    der.integer(serial),
    ECDSA_WITH_SHA256,
    commonName(issuer),
    der.sequence(der.time(validity.notBefore), der.time(validity.notAfter)),
    commonName(subject),
    subjectKey.export({ type: 'spki', format: 'der' }),
    der.tagged(3, 'around', der.sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, signer);
  const base64 = der.sequence(toBeSigned, ECDSA_WITH_SHA256, der.bits(signature)).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function commonName(text: string): Buffer {
  return der.sequence(der.set(der.sequence(der.objectIdentifier('2.5.4.3'), der.utf8(text))));
}

function extension(identifier: string, content: Buffer, critical?: 'critical'): Buffer {
  return der.sequence(der.objectIdentifier(identifier), ...(critical ? [der.yes()] : []), der.octets(content));
}

/** RFC 5280, 4.2.1.2: SHA-1 of the key's bits, which are what an uncompressed point of P-256 ends its DER with. */
function keyIdentifier(key: KeyObject): Buffer {
  const point = key.export({ type: 'spki', format: 'der' }).subarray(-65);
  return createHash('sha1').update(point).digest();
}

function generalName(name: string): Buffer {
  if (name.includes('://')) return der.tagged(6, 'instead', Buffer.from(name, 'ascii'));
  if (isIPv4(name)) return der.tagged(7, 'instead', Buffer.from(name.split('.').map(Number)));
  if (isIPv6(name)) return der.tagged(7, 'instead', ipv6(name));
  return der.tagged(2, 'instead', Buffer.from(name, 'ascii'));
}

function ipv6(address: string): Buffer {
  const words = (part: string | undefined) => (part ? part.split(':').map((word) => Number.parseInt(word, 16)) : []);
  const [head, tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::').map(words);
  const known = [...(head ?? []), ...(tail ?? [])].length;
  const all = [...(head ?? []), ...Array<number>(8 - known).fill(0), ...(tail ?? [])];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}
