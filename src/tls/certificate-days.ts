import type { X509Certificate } from 'node:crypto';
import type { Logger } from '../logger.ts';
import { certificatesIn, readTlsFiles, type TlsFiles } from './tls-files.ts';

const DAY_MS = 86_400_000;
/** With fewer days than this left, the log line is a warning. */
const WARN_DAYS = 14;

/** For how many more days certificates are good, in whole days; negative once they have expired. */
export interface CertificateDays {
  /** Of the own certificate and what it came with, the first to expire. */
  readonly own: number;
  /** Of the authorities trusted, the last to expire. */
  readonly authority: number;
}

/** How long the certificates in these files are still good; undefined when they cannot be read. */
export function certificateDays(files: TlsFiles, now: Date): CertificateDays | undefined {
  try {
    const { ca, cert } = readTlsFiles(files);
    const [own, authorities] = [certificatesIn(cert), certificatesIn(ca)].map((found) => found.map(expiry));
    if (!own?.length || !authorities?.length) return undefined;
    const daysUntil = (time: number) => Math.floor((time - now.getTime()) / DAY_MS);
    return { own: daysUntil(Math.min(...own)), authority: daysUntil(Math.max(...authorities)) };
  } catch {
    return undefined; // as promised: whoever opens a connection says why
  }
}

export interface CertificateWatch {
  readonly files: TlsFiles;
  readonly log: Logger;
  readonly everyMs?: number | undefined;
}

/** Logs the days that are left, now and every day, until the function it returns is called. */
export function watchCertificates({ files, log, everyMs = DAY_MS }: CertificateWatch): () => void {
  const tell = () => {
    const days = certificateDays(files, new Date());
    const left = days ? Math.min(days.own, days.authority) : -1;
    const level = left < 0 ? 'error' : left < WARN_DAYS ? 'warn' : 'info';
    log[level](
      { certificate: files.cert, daysLeft: days?.own, authorityDaysLeft: days?.authority },
      'certificate days left',
    );
  };
  tell();
  const timer = setInterval(tell, everyMs).unref();
  return () => clearInterval(timer);
}

function expiry({ validToDate }: X509Certificate): number {
  return validToDate.getTime();
}
