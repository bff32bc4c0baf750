// Loaded into the sandbox's bot before its program: lets its clock be set forward by a message from the sandbox, so that a
// plan can expire while somebody watches. Nothing of the bot knows of it.
let aheadMs = 0;
const MachineDate = Date;

class ShiftedDate extends MachineDate {
  constructor(...parts: ConstructorParameters<DateConstructor> | []) {
    if (parts.length === 0) super(MachineDate.now() + aheadMs);
    else super(...parts);
  }

  static override now(): number {
    return MachineDate.now() + aheadMs;
  }
}

Object.defineProperty(globalThis, 'Date', { value: ShiftedDate });

process.on('message', (message: unknown) => {
  if (typeof message !== 'object' || message === null || !('aheadMs' in message)) return;
  if (typeof message.aheadMs === 'number') aheadMs = message.aheadMs;
  process.send?.({ aheadMs });
});
// The bot decides when it ends, not this channel.
process.channel?.unref();
