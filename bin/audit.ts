import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { readStoreSettings } from '../src/config.ts';
import { SINCE_FORMS, sinceOf } from '../src/ops/since.ts';
import { type AnchoredHead, anchorsIn, verifyAudit } from '../src/ops/verify-audit.ts';
import { auditLine } from '../src/revocation/auditing/audit-record.ts';
import { type AuditLog, openAuditLog } from '../src/store/audit-log.ts';
import { auditRecord } from '../src/store/audit-reading-steps.ts';

const HELP = `Reads the audit log of a bot, which may be running.

Usage: npm run audit -- verify [--anchor SEQ:HASH]... [--anchors LOGFILE]
       npm run audit -- export [--since 7d] [--format ndjson]

  verify           says whether the log is what was written, or names the first place where it is not
    --anchor       the number and hash of an entry that must be there: SEQ:HASH as the announce channel has it under
                   results and by itself, or the two from a log line "audit anchor"
    --anchors      a log of the bot: all the anchors in it
  export           writes the entries as lines of JSON
    --since        only those since then: 90m, 12h, 7d, or a time such as 2026-11-22T10:00:00Z
    --format       ndjson, the only one
  --store URL      sqlite:PATH or postgres://…; otherwise the store of the configuration
  --config FILE    the configuration; otherwise INFLUX_CHATOPS_CONFIG, otherwise ./config.toml
  -h, --help       this text`;

const HOW_TO_COMPARE = 'take SEQ:HASH from the announce channel for --anchor, or the log of the bot for --anchors';

const OPTIONS = {
  anchor: { type: 'string', multiple: true },
  anchors: { type: 'string', multiple: true },
  since: { type: 'string' },
  format: { type: 'string' },
  store: { type: 'string' },
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [command] = positionals;
  if (values.help || (command !== 'verify' && command !== 'export') || positionals.length > 1) {
    console.log(HELP);
    return values.help ? 0 : 1;
  }
  if (values.format !== undefined && values.format !== 'ndjson') throw new Error('--format takes ndjson only.');
  const since = values.since === undefined ? undefined : sinceOf(values.since, new Date());
  if (values.since !== undefined && !since) throw new Error(`--since takes ${SINCE_FORMS}.`);
  const anchors = [...(values.anchor ?? []).map(anchorOf), ...(await anchorsOf(values.anchors ?? []))];
  const file = values.config ?? process.env.INFLUX_CHATOPS_CONFIG ?? 'config.toml';
  const log = openAuditLog(readStoreSettings({ file, env: process.env, url: values.store }));
  try {
    return command === 'verify' ? await verify(log, anchors) : await exportTo(process.stdout, log, since);
  } finally {
    await log.close();
  }
}

async function verify(log: AuditLog, anchors: readonly AnchoredHead[]): Promise<number> {
  const found = await verifyAudit(log.entries(), anchors);
  if (found.ok) {
    const compared =
      anchors.length > 0 ? `, ${found.anchors} anchors compared` : `, no anchors compared: ${HOW_TO_COMPARE}`;
    const head = found.head ? `, head ${found.head.seq}:${found.head.hash}` : '';
    console.log(`ok: ${found.entries} entries${head}${compared}`);
    return 0;
  }
  console.error(`broken: entry ${found.seq} ${found.problem}`);
  return 1;
}

async function exportTo(output: NodeJS.WriteStream, log: AuditLog, since: Date | undefined): Promise<number> {
  for await (const row of log.entries(since)) {
    if (!output.write(`${auditLine(auditRecord(row))}\n`)) await once(output, 'drain');
  }
  return 0;
}

function anchorOf(text: string): AnchoredHead {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw new Error('--anchor takes SEQ:HASH, as a log line has them.');
  return { seq: Number(seq), hash };
}

async function anchorsOf(files: readonly string[]): Promise<AnchoredHead[]> {
  const anchors: AnchoredHead[] = [];
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file) })) anchors.push(...anchorsIn([line]));
  }
  return anchors;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : 'The audit log cannot be read.');
  process.exitCode = 1;
}
