import { resolve } from 'node:path';
import { isSocket, type TlsSettings } from '../gateway/settings.ts';
import { readTlsFiles, type TlsFiles, tlsProblem } from '../tls/tls-files.ts';
import type { GatewayAddress } from '../tokens/channel.ts';
import type { Surroundings } from './environment.ts';
import type { Config, ProfileTable } from './schema.ts';
import { fileProblem, secretFileProblem } from './secret-file.ts';

/** What a table says of TLS, with the key of the table to name in problems: `gateway` or `profile "prod", gateway`. */
interface TlsTable {
  readonly key: string;
  readonly tls: { readonly [Field in keyof TlsFiles]?: string | undefined };
  /** Whose certificate it is, as in the file names of the examples. */
  readonly whose: 'bot' | 'gateway';
}

/** A path of the file or of a socket, made absolute, as in `unix:gateway.sock`; a port stays as it is. */
export function placeOf(address: string, directory: string): string {
  return isSocket(address) ? `unix:${resolve(directory, address.slice('unix:'.length))}` : address;
}

/** Whether a gateway that listens there is the one at this address. Bots know a machine by other names than its own. */
export function isSamePlace(listen: string, address: string): boolean {
  const port = (place: string) => (isSocket(place) ? place : place.slice(place.lastIndexOf(':')));
  return port(listen) === port(address);
}

/** Where the gateway of a profile listens; undefined for the bot's own, and when something is among the findings. */
export function gatewayAddress(
  { gateway }: ProfileTable,
  profile: string,
  surroundings: Surroundings,
): GatewayAddress | undefined {
  const { address, server_name: serverName, ...tls } = gateway;
  const key = `${profile}, gateway`;
  if (address !== undefined && !isSocket(address)) {
    const files = tlsFiles({ key, tls, whose: 'bot' }, surroundings);
    return files && { address, serverName, ...files };
  }
  refuseWithoutPort({ ...tls, server_name: serverName }, key, surroundings);
  return address && placeOf(address, surroundings.directory);
}

/** Who is let in where a gateway listens on a port; undefined over a socket, and when something is among the findings. */
export function gatewayAccess(
  { listen, clients, ca, cert, key: privateKey }: Config['gateway'],
  surroundings: Surroundings,
): TlsSettings | undefined {
  const tls = { ca, cert, key: privateKey };
  if (listen === undefined) return undefined;
  if (isSocket(listen)) {
    refuseWithoutPort({ clients, ...tls }, 'gateway', surroundings);
    return undefined;
  }
  const { findings } = surroundings;
  if (!clients && !findings.has('gateway.clients')) {
    const cure = 'Write the names in the bots’ certificates: clients = ["spiffe://example.com/influx-chatops"]';
    findings.problem('gateway.clients', `is missing: nobody could connect. ${cure}`);
  }
  const files = tlsFiles({ key: 'gateway', tls, whose: 'gateway' }, surroundings);
  return files && clients && { ...files, clients };
}

function refuseWithoutPort(keys: Readonly<Record<string, unknown>>, key: string, { findings }: Surroundings): void {
  const given = Object.keys(keys).filter((name) => keys[name] !== undefined);
  for (const name of given) {
    findings.problem(
      `${key}.${name}`,
      'is for TCP: over a Unix socket its directory decides who comes in. Leave it out',
    );
  }
}

function tlsFiles(table: TlsTable, { findings, directory }: Surroundings): TlsFiles | undefined {
  const { key, tls, whose } = table;
  const file = (field: keyof TlsFiles, example: string) => {
    const name = tls[field];
    const path = name && resolve(directory, name);
    const make = 'npm run gateway -- certs --out DIR makes them for a first try';
    const missing = `is missing: over TCP both ends show a certificate. Write ${field} = "${example}"; ${make}`;
    const unusable = path && (field === 'key' ? secretFileProblem(path) : fileProblem(path));
    const problem = path ? unusable : missing;
    if (problem && !findings.has(`${key}.${field}`)) findings.problem(`${key}.${field}`, problem);
    return problem ? undefined : path;
  };
  const files = { ca: file('ca', 'ca.pem'), cert: file('cert', `${whose}.pem`), key: file('key', `${whose}.key`) };
  const { ca, cert, key: privateKey } = files;
  if (!ca || !cert || !privateKey) return undefined;
  const paths = { ca, cert, key: privateKey };
  const found = tlsProblem(readTlsFiles(paths));
  if (found) findings.problem(`${key}.${found.file}`, `names ${paths[found.file]}, which ${found.problem}`);
  return found ? undefined : paths;
}
