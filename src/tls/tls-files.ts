import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The paths of PEM files by which one end of a connection shows who it is and knows whom to trust. */
export interface TlsFiles {
  /** The authorities that may have signed the certificate of the other end. */
  readonly ca: string;
  /** The own certificate, and what lies between it and the authority. */
  readonly cert: string;
  readonly key: string;
}

/** What the files hold: texts in PEM. */
export type TlsTexts = TlsFiles;

/** What is wrong with one of the files. */
export interface TlsFileProblem {
  readonly file: keyof TlsFiles;
  /** The end of a sentence about the file: `holds no certificate`. */
  readonly problem: string;
}

/** The files as they are now. Throws what the file system throws. */
export function readTlsFiles({ ca, cert, key }: TlsFiles): TlsTexts {
  return { ca: readFileSync(ca, 'utf8'), cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

/** Why these texts cannot be used together, if so. */
export function tlsProblem({ ca, cert, key }: TlsTexts): TlsFileProblem | undefined {
  const noCertificate = 'holds no certificate in PEM, or one that is damaged';
  if (certificatesIn(ca).length === 0) return { file: 'ca', problem: noCertificate };
  const [own] = certificatesIn(cert);
  if (!own) return { file: 'cert', problem: noCertificate };
  const privateKey = keyIn(key);
  if (!privateKey) return { file: 'key', problem: 'holds no private key in PEM, or one behind a passphrase' };
  return own.checkPrivateKey(privateKey) ? undefined : { file: 'key', problem: 'is not the key of the certificate' };
}

/** The certificates of a PEM file in their order; none when one of them cannot be read. */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return []; // what is damaged is not used in part
  }
}

function keyIn(pem: string): ReturnType<typeof createPrivateKey> | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined; // the error may quote the key
  }
}
