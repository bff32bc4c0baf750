import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ConfigError } from '../../src/config/findings.ts';

/** Credentials of both modes, and a management token for the profile `default`. */
export const ENV = {
  SLACK_BOT_TOKEN: 'xoxb-1-2-botbotbot',
  SLACK_APP_TOKEN: 'xapp-1-2-appappapp',
  SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a5',
  INFLUXDB_MGMT_TOKEN_DEFAULT: 'management-token-1',
};

/** The shortest file a bot starts with. */
export const SHORTEST = `
[[profile]]
name = "default"
product = "clustered"
host = "cluster.example.com"
[profile.policy]
start = { users = ["U0123ABCD"] }
`;

/** A directory that lives as long as the test, to put files into; `config` writes `config.toml`. */
export function directory() {
  const path = mkdtempSync(join(tmpdir(), 'influx-chatops-config-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  const write = (name: string, text: string, mode = 0o600) => {
    writeFileSync(join(path, name), text);
    chmodSync(join(path, name), mode); // whatever the umask
    return join(path, name);
  };
  return { path, write, config: (text: string, mode?: number) => write('config.toml', text, mode) };
}

/** What a `ConfigError` names, one per line, without the file's own directory. */
export function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('no problem was found');
}
