import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { dialogSabotages } from './dialog.ts';
import { edgeSabotages } from './edges.ts';
import { heartSabotages } from './heart.ts';
import { readingSabotages } from './reading.ts';
import type { Sabotage } from './sabotage.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const AT_ONCE = 2;

interface Verdict {
  readonly sabotage: Sabotage;
  readonly noticed: boolean;
  readonly why: string;
}

/** A copy of the checkout to work in; the packages are shared. */
function copyOfCheckout(): string {
  const copy = mkdtempSync(join(tmpdir(), 'sabotage-'));
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Runs the suite; resolves with how many of its tests passed and failed, and with its last lines. */
async function runSuite(
  copy: string,
  { suite, test }: Sabotage,
): Promise<{ passed: number; failed: number; tail: string }> {
  const filter = test === undefined ? [] : ['-t', test];
  const child = spawn(join(ROOT, 'node_modules/.bin/vitest'), ['run', suite, ...filter], {
    cwd: copy,
    env: { ...process.env, NO_COLOR: '1' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  await new Promise((ended) => child.once('close', ended));
  const [, passed = '0', failed = '0'] = /(\d+) passed, (\d+) failed/.exec(output) ?? [];
  return { passed: Number(passed), failed: Number(failed), tail: output.slice(-300) };
}

async function attempt(copy: string, sabotage: Sabotage): Promise<Verdict> {
  const path = join(copy, sabotage.file);
  const whole = readFileSync(path, 'utf8');
  const times = whole.split(sabotage.find).length - 1;
  if (times !== 1)
    return { sabotage, noticed: false, why: `what is to be taken out stands ${times} times in ${sabotage.file}` };
  const before = await runSuite(copy, sabotage);
  if (before.failed > 0 || before.passed === 0)
    return {
      sabotage,
      noticed: false,
      why: `without it ${before.passed} passed, ${before.failed} failed: ${before.tail}`,
    };
  writeFileSync(
    path,
    whole.replace(sabotage.find, () => sabotage.replace),
  );
  const after = await runSuite(copy, sabotage);
  writeFileSync(path, whole);
  return { sabotage, noticed: after.failed > 0, why: `${after.failed} of ${before.passed} tests turned red` };
}

async function main(): Promise<number> {
  const words = process.argv.slice(2).join(' ');
  const waiting = [...heartSabotages, ...edgeSabotages, ...dialogSabotages, ...readingSabotages]
    .filter(({ name }) => name.includes(words))
    .values();
  const verdicts: Verdict[] = [];
  async function saboteur(): Promise<void> {
    const copy = copyOfCheckout();
    for (const sabotage of waiting) {
      const verdict = await attempt(copy, sabotage);
      verdicts.push(verdict);
      process.stdout.write(`${verdict.noticed ? 'noticed    ' : 'NOT NOTICED'} ${sabotage.name}: ${verdict.why}\n`);
    }
    rmSync(copy, { recursive: true });
  }
  await Promise.all(Array.from({ length: AT_ONCE }, saboteur));
  const noticed = verdicts.filter((verdict) => verdict.noticed).length;
  process.stdout.write(`${noticed} of ${verdicts.length} sabotages were noticed\n`);
  return noticed === verdicts.length ? 0 : 1;
}

process.exit(await main());
