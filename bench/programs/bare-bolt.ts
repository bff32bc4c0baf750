import { parseArgs } from 'node:util';
import { App, HTTPReceiver } from '@slack/bolt';

// The least a Bolt app can do: verify the signature, find the listener, acknowledge with nothing.
const { values } = parseArgs({ options: { port: { type: 'string' }, secret: { type: 'string' } } });
const receiver = new HTTPReceiver({ signingSecret: values.secret ?? '', endpoints: ['/slack/events'] });
const app = new App({ receiver, authorize: async () => ({ botToken: 'xoxb-none', botId: 'B0BARE0001' }) });
app.command('/influx', ({ ack }) => ack());
await app.start({ host: '127.0.0.1', port: Number(values.port) });
console.log(JSON.stringify({ msg: 'bare app ready' }));
