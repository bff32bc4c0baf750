/** A refusal. Its message is shown in Slack as it stands and says what to do next; it is never logged as an error. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
