// Loaded before every program. Written for any Node, since it must still run on the one that is too old.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(
    `influx-chatops needs Node 24.15 or newer; this is ${process.versions.node}.\n` +
      'On Linux, `npm ci` brings it for every npm script (do not leave out optional dependencies). ' +
      'Elsewhere install it from https://nodejs.org.',
  );
  process.exit(1);
}
