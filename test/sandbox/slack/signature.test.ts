import { expect, test } from 'vitest';
import { signature, signedHeaders } from '../../../sandbox/slack/signature.ts';

const BODY =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';

test("signs the example of Slack's documentation with the documented signature", () => {
  const signed = signature('8f742231b10e8888abcd99yyyzzz85a5', 1531420618, BODY);

  expect(signed).toBe('v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503');
});

test('sends the content type without a charset and the timestamp in whole seconds', () => {
  const headers = signedHeaders('secret', new Date(1531420618_999), BODY);

  expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(headers['x-slack-request-timestamp']).toBe('1531420618');
  expect(headers['x-slack-signature']).toBe(signature('secret', 1531420618, BODY));
});
