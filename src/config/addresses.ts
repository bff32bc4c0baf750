import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  PRIVATE.addSubnet(net, prefix, 'ipv4');
}
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/** Names that are never resolved by the public DNS. */
const PRIVATE_NAME = /^[^.]+$|\.(?:svc|local|internal|lan|home\.arpa|test)$/;

/** Whether this host, as in an address, is this machine. */
export function isLoopback(host: string): boolean {
  return /^(?:.+\.)?localhost$/i.test(host) || isIn(LOOPBACK, host);
}

/** Whether this host is on a network that the public does not reach, as far as its name or address says. */
export function isPrivate(host: string): boolean {
  const named = isIP(bare(host)) === 0 && PRIVATE_NAME.test(host.toLowerCase());
  return isLoopback(host) || named || isIn(PRIVATE, host);
}

function isIn(list: BlockList, host: string): boolean {
  const version = isIP(bare(host));
  return version !== 0 && list.check(bare(host), version === 4 ? 'ipv4' : 'ipv6');
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
