import { type FlagSpec, TIMEOUT_FLAG } from '../../src/command-line/spec.ts';

/** As in influxctl. */
export const FORMAT_FLAG: FlagSpec = {
  name: 'format',
  description: 'table or json (default table)',
  value: { placeholder: 'table|json', maximumLength: 20, choices: ['table', 'json'] },
};

/** The global flag in the words of a command that only reads. */
export const READ_TIMEOUT_FLAG: FlagSpec = {
  ...TIMEOUT_FLAG,
  description: 'how long reading may take, 1s to 5m (default 1m0s)',
};
